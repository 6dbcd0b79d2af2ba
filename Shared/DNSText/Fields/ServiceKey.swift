// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The key of a service parameter (RFC 9460 14.3).
struct ServiceKey: Hashable, Comparable {
    /// The number on the wire.
    let rawValue: UInt16

    static let mandatory = ServiceKey(rawValue: 0)
    static let alpn = ServiceKey(rawValue: 1)
    static let noDefaultALPN = ServiceKey(rawValue: 2)
    static let port = ServiceKey(rawValue: 3)
    static let ipv4hint = ServiceKey(rawValue: 4)
    static let ech = ServiceKey(rawValue: 5)
    static let ipv6hint = ServiceKey(rawValue: 6)
    static let dohpath = ServiceKey(rawValue: 7)

    private static let names: [(name: String, key: ServiceKey)] = [
        ("mandatory", .mandatory), ("alpn", .alpn), ("no-default-alpn", .noDefaultALPN), ("port", .port),
        ("ipv4hint", .ipv4hint), ("ech", .ech), ("ipv6hint", .ipv6hint), ("dohpath", .dohpath),
    ]

    /// The key's name in text; nil when it has none.
    var name: String? {
        Int(rawValue) < Self.names.count ? Self.names[Int(rawValue)].name : nil
    }

    init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The key of a name or of `keyNNNNN`, without zeros in front (RFC 9460 2.1); 65535 is reserved.
    init?(_ octets: ArraySlice<UInt8>) {
        let text = String(decoding: octets.map(Octet.lowercase), as: UTF8.self)
        if let known = Self.names.first(where: { $0.name == text }) {
            self = known.key
            return
        }
        let digits = text.dropFirst(3)
        guard text.hasPrefix("key"), digits.utf8.allSatisfy({ Octet.digit($0) != nil }),
            digits == "0" || !digits.hasPrefix("0"), let number = UInt16(digits), number < .max
        else { return nil }
        rawValue = number
    }

    static func < (left: ServiceKey, right: ServiceKey) -> Bool { left.rawValue < right.rawValue }

    /// Appends the name, or `keyNNNNN` for a key that is not of RFC 9460 itself: older servers know only its names.
    func print(into text: inout [UInt8]) {
        if self < .dohpath, let name {
            text.append(contentsOf: name.utf8)
        } else {
            text.append(contentsOf: "key".utf8)
            NumberText.print(UInt64(rawValue), into: &text)
        }
    }
}
