// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import DNSText
import DNSWire
import Glibc
import ZoneSync
import ZoneTransfer

/// Which catalog a peer follows: its name, and the zones that are in it.
///
/// Peers that have both in common share one.
struct CatalogKey: Hashable, Sendable {
    /// The catalog's apex, in lower case.
    let name: Name
    /// What is in it.
    let zones: [ZonePattern]

    /// Whether a zone belongs into it: what the peer may have, catalogs aside.
    func includes(_ zone: Name) -> Bool {
        zone != name && zones.contains { $0.matches(zone) }
    }

    /// Names it in a file: 32 hexadecimal digits.
    var text: String {
        let patterns = zones.map { pattern in
            switch pattern {
            case .all: "all"
            case .only(let name): name.lowercased().text
            case .below(let name): "*." + name.lowercased().text
            }
        }
        let text = ([name.text] + patterns).joined(separator: " ")
        return CatalogMemory.hexadecimal(SHA256.hash(data: Array(text.utf8)).prefix(16))
    }
}

/// What a catalog was when the process ended: its version, and what was in it, summed up.
struct CatalogMark: Hashable, Sendable {
    /// The version.
    var serial: UInt32
    /// The exclusive or of all members' digests: tells one set from another.
    var sum: [UInt8]

    /// The mark of a catalog.
    init(_ catalog: CatalogZone) {
        serial = catalog.serial
        sum = [UInt8](repeating: 0, count: 16)
        for (zone, generation) in catalog.members { toggle(CatalogMember(zone: zone, generation: generation)) }
    }

    init(serial: UInt32, sum: [UInt8]) {
        self.serial = serial
        self.sum = sum
    }

    /// Puts a member into the sum, or takes it out.
    mutating func toggle(_ member: CatalogMember) {
        for (index, octet) in member.digest.enumerated() { sum[index] ^= octet }
    }
}

/// The file in the data folder that keeps catalogs' versions through restarts.
///
/// One line each: the catalog, its serial, and the sum of its members. When it is lost serials go on by the clock.
struct CatalogMemory: Sendable {
    /// Where it is.
    let path: String

    /// The marks; empty when there is no file. What is not a mark is skipped.
    func read() -> [String: CatalogMark] {
        guard let file = try? SecretFile(path: path) else { return [:] }
        var marks: [String: CatalogMark] = [:]
        for line in String(decoding: file.octets, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let serial = UInt32(words[1]), let sum = Self.octets(words[2]), sum.count == 16
            else {
                continue
            }
            marks[String(words[0])] = CatalogMark(serial: serial, sum: sum)
        }
        return marks
    }

    /// Replaces the file in one step; false when that is not possible.
    func write(_ marks: [String: CatalogMark]) -> Bool {
        let text = marks.sorted { $0.key < $1.key }.map { key, mark in
            "\(key) \(mark.serial) \(Self.hexadecimal(mark.sum))\n"
        }.joined()
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return false }
        let octets = Array(text.utf8)
        // SAFETY: the array's own memory and length.
        let written = unsafe octets.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        guard close(descriptor) == 0, written == octets.count else { return false }
        // SAFETY: rename only reads the two paths.
        return unsafe rename(temporary, path) == 0
    }

    static func hexadecimal(_ octets: some Sequence<UInt8>) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func octets(_ text: some StringProtocol) -> [UInt8]? {
        let values = text.compactMap(\.hexDigitValue)
        guard values.count == text.count, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
