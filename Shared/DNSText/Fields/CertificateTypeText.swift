// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Certificate types: a number or a mnemonic (RFC 4398 2.1); printed as a number.
enum CertificateTypeText {
    /// Appends the two octets of the type in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a certificate type")
        if token.count > 0, Octet.digit(cursor.bytes[token.start]) == nil {
            guard let number = cursor.mnemonic(token).flatMap({ numbers[$0] }) else {
                throw TextError(offset: token.start, reason: .invalid("a certificate type"))
            }
            wire.appendInteger(number)
            return
        }
        let number = try NumberText.parse(
            cursor.bytes,
            from: token.start,
            to: token.end,
            "a certificate type",
            maximum: UInt64(UInt16.max)
        )
        wire.appendInteger(UInt16(truncatingIfNeeded: number))
    }

    private static let numbers: [String: UInt16] = [
        "PKIX": 1,
        "SPKI": 2,
        "PGP": 3,
        "IPKIX": 4,
        "ISPKI": 5,
        "IPGP": 6,
        "ACPKIX": 7,
        "IACPKIX": 8,
        "URI": 253,
        "OID": 254,
    ]
}
