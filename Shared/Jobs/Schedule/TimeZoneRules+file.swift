// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Why there are no rules of a time zone.
package enum TimeZoneError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No such zone in the system's database.
    case unknown(String)
    /// Its file is not as RFC 9636 describes it.
    case damaged(String)

    package var description: String {
        switch self {
        case .unknown(let name): "there is no time zone \"\(name)\""
        case .damaged(let name): "the file of the time zone \"\(name)\" cannot be read"
        }
    }
}

extension TimeZoneRules {
    /// The rules of an IANA zone, from the system's database of them.
    ///
    /// - Parameters:
    ///   - name: for example `Europe/Berlin`.
    ///   - folder: where the compiled zones are.
    package static func named(
        _ name: String,
        in folder: String = "/usr/share/zoneinfo"
    ) throws(TimeZoneError) -> TimeZoneRules {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        // A name leads nowhere else in the file system.
        let isName = parts.allSatisfy { part in
            part.first?.isLetter == true
                && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-_".contains($0)) }
        }
        guard isName, name.utf8.count <= 100,
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
        else { throw .unknown(name) }
        guard let rules = TimeZoneRules(file: Array(data)) else { throw .damaged(name) }
        return rules
    }

    /// Reads a file of version 2 or later (RFC 9636 section 3); `nil` if it is none.
    ///
    ///     header (44 octets) · data with times of 4 octets · header · data with times of 8 octets · "\n" rule "\n"
    package init?(file: [UInt8]) {
        var reader = TimeZoneFileReader(file)
        guard let old = reader.header(), old.version >= UInt8(ascii: "2"), reader.skip(old.size(ofTimes: 4)),
            let header = reader.header(), header.types > 0
        else { return nil }
        var times: [Int64] = []
        for _ in 0..<header.times {
            guard let time = reader.integer(8), times.last.map({ time > $0 }) ?? true else { return nil }
            times.append(time)
        }
        var kinds: [Int] = []
        for _ in 0..<header.times {
            guard let kind = reader.integer(1, isSigned: false), kind < header.types else { return nil }
            kinds.append(Int(kind))
        }
        var offsets: [Int64] = []
        for _ in 0..<header.types {
            guard let offset = reader.integer(4), abs(offset) <= 26 * 3_600, reader.skip(2) else { return nil }
            offsets.append(offset)
        }
        guard reader.skip(header.rest(ofTimes: 8)), let text = reader.line() else { return nil }
        var rule: RecurringRule?
        if !text.isEmpty {
            guard let parsed = RecurringRule(text) else { return nil }
            rule = parsed
        }
        self.init(
            transitions: zip(times, kinds).map { Transition(time: $0, offset: offsets[$1]) },
            first: offsets[0],
            rule: rule
        )
    }
}

/// A cursor over a file of a time zone.
private struct TimeZoneFileReader {
    struct Header {
        let version: UInt8
        let universal: Int
        let standard: Int
        let leaps: Int
        let times: Int
        let types: Int
        let characters: Int

        /// Octets of the data behind the header.
        func size(ofTimes octets: Int) -> Int {
            times * (octets + 1) + types * 6 + rest(ofTimes: octets)
        }

        /// Octets behind the types.
        func rest(ofTimes octets: Int) -> Int {
            characters + leaps * (octets + 4) + standard + universal
        }
    }

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func header() -> Header? {
        guard bytes.count - position >= 44, bytes[position..<position + 4].elementsEqual("TZif".utf8) else {
            return nil
        }
        let version = bytes[position + 4]
        position += 20
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = integer(4, isSigned: false), count < 65_536 else { return nil }
            counts.append(Int(count))
        }
        return Header(
            version: version,
            universal: counts[0],
            standard: counts[1],
            leaps: counts[2],
            times: counts[3],
            types: counts[4],
            characters: counts[5]
        )
    }

    mutating func skip(_ count: Int) -> Bool {
        guard bytes.count - position >= count else { return false }
        position += count
        return true
    }

    mutating func integer(_ octets: Int, isSigned: Bool = true) -> Int64? {
        guard bytes.count - position >= octets else { return nil }
        var value: UInt64 = isSigned && bytes[position] >= 128 ? .max : 0
        for byte in bytes[position..<position + octets] { value = value << 8 | UInt64(byte) }
        position += octets
        return Int64(bitPattern: value)
    }

    /// What stands between two newlines.
    mutating func line() -> String? {
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\n"),
            let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "\n"))
        else { return nil }
        return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
    }
}
