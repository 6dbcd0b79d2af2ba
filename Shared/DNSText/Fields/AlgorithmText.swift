// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// DNSSEC algorithms: a number or a mnemonic (RFC 4034 A.1 and its successors); printed as a number.
enum AlgorithmText {
    /// Appends the octet of the algorithm in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("an algorithm")
        if token.count > 0, Octet.digit(cursor.bytes[token.start]) == nil {
            guard let number = cursor.mnemonic(token).flatMap({ numbers[$0] }) else {
                throw TextError(offset: token.start, reason: .invalid("an algorithm"))
            }
            wire.append(number)
            return
        }
        let number = try NumberText.parse(
            cursor.bytes,
            from: token.start,
            to: token.end,
            "an algorithm",
            maximum: 255
        )
        wire.append(UInt8(truncatingIfNeeded: number))
    }

    private static let numbers: [String: UInt8] = [
        "DELETE": 0,
        "RSAMD5": 1,
        "DH": 2,
        "DSA": 3,
        "RSASHA1": 5,
        "DSA-NSEC3-SHA1": 6,
        "NSEC3DSA": 6,
        "RSASHA1-NSEC3-SHA1": 7,
        "NSEC3RSASHA1": 7,
        "RSASHA256": 8,
        "RSASHA512": 10,
        "ECC-GOST": 12,
        "ECCGOST": 12,
        "ECDSAP256SHA256": 13,
        "ECDSAP384SHA384": 14,
        "ED25519": 15,
        "ED448": 16,
        "INDIRECT": 252,
        "PRIVATEDNS": 253,
        "PRIVATEOID": 254,
    ]
}
