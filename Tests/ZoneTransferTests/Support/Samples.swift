// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneTransfer

/// What several suites use.
enum Samples {
    /// The secret of ``key(_:leastMACLength:)``.
    static let secret = Array("secret-of-the-tests-0123456789".utf8)
    /// A time at which the recorded messages are fresh.
    static let now: UInt64 = 0x6B04_0014

    /// A key as the recorded messages were signed with.
    static func key(
        _ algorithm: TSIGAlgorithm = .hmacSHA256,
        name: String = "transfer.key.example.",
        leastMACLength: Int? = nil
    ) throws -> TSIGKey {
        TSIGKey(name: try Name(text: name), algorithm: algorithm, secret: secret, leastMACLength: leastMACLength)
    }

    /// An unsigned query for `example. SOA`.
    static func query(id: UInt16 = 0x1234, _ type: RRType = .soa) throws -> [UInt8] {
        try Message.query(id: id, Question(name: try Name(text: "example."), type: type)).encoded()
    }
}
