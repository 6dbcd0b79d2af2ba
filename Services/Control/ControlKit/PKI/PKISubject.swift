// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc

/// Whom a certificate is for.
struct PKISubject: Codable, Equatable, Sendable {
    /// What the holder is in the zone stream.
    enum Role: String, Codable, CaseIterable, Sendable {
        /// zonewright-glue with the database: others follow it.
        case origin
        /// zonewright-glue that follows one and is followed.
        case relay
        /// zonewright-dns: follows.
        case responder

        /// Whether others connect to it, so that it needs names or addresses.
        var isServer: Bool { self != .responder }
        /// Whether it connects to others.
        var isClient: Bool { self != .origin }
    }

    /// The name of the node, as in its option `node-name`.
    var name: String
    var role: Role
    /// Host names under which followers know it.
    var hosts: [String] = []
    /// Addresses under which followers know it, in their usual text form.
    var addresses: [String] = []

    /// Checks what was given; the error is for whoever typed it.
    init(name: String, role: Role, hosts: [String] = [], addresses: [String] = []) throws {
        guard (1...63).contains(name.utf8.count), name.utf8.allSatisfy(Self.isNameOctet) else {
            throw ControlError("\"\(name)\" is no node name: 1-63 letters, digits, '-', '_' or '.'")
        }
        self.name = name
        self.role = role
        self.hosts = try hosts.map(Self.host).sorted()
        self.addresses = try addresses.map { text in
            guard let octets = Self.octets(ofAddress: text) else {
                throw ControlError("\"\(text)\" is neither an IPv4 nor an IPv6 address")
            }
            return try Self.text(ofAddress: octets)
        }.sorted()
        if role.isServer, hosts.isEmpty, addresses.isEmpty {
            throw ControlError(
                "a certificate of the role \(role.rawValue) needs a --host or an --address: followers check what they dial"
            )
        }
        if !role.isServer, !hosts.isEmpty || !addresses.isEmpty {
            throw ControlError("nobody connects to a node of the role \(role.rawValue): no --host, no --address")
        }
    }

    /// The URIs by which the zone stream knows it (Docs/protocol.md 1).
    var identifiers: [String] { ["zonewright:node:\(name)", "zonewright:role:\(role.rawValue)"] }

    /// The octets of the addresses: 4 or 16 of each.
    var addressOctets: [[UInt8]] { addresses.compactMap(Self.octets(ofAddress:)) }

    private static func isNameOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
        default: false
        }
    }

    /// A host name in lower case, without a final dot.
    private static func host(_ text: String) throws -> String {
        let plain = (text.hasSuffix(".") ? String(text.dropLast()) : text).lowercased()
        guard octets(ofAddress: plain) == nil else {
            throw ControlError("\(text) is an address: give it with --address")
        }
        let isWritten = plain.utf8.allSatisfy { isNameOctet($0) && $0 != 0x5F }
        guard isWritten, (try? Name(text: plain + ".")) != nil else {
            throw ControlError("\"\(text)\" is no host name")
        }
        return plain
    }

    private static func octets(ofAddress text: String) -> [UInt8]? {
        var four = in_addr()
        // SAFETY: each structure is as large as its family's addresses.
        if unsafe inet_pton(AF_INET, text, &four) == 1 { return unsafe withUnsafeBytes(of: four) { unsafe Array($0) } }
        var six = in6_addr()
        // SAFETY: see above.
        if unsafe inet_pton(AF_INET6, text, &six) == 1 { return unsafe withUnsafeBytes(of: six) { unsafe Array($0) } }
        return nil
    }

    private static func text(ofAddress octets: [UInt8]) throws -> String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // SAFETY: the octets are as many as the family has, and the buffer fits the longest text.
        guard
            unsafe inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count)) != nil
        else { throw ControlError("an address cannot be written: \(systemErrorText())") }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
