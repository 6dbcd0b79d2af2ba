// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What the Error field of a TSIG record says (RFC 8945 3).
package struct TSIGError: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    package let rawValue: UInt16

    /// The error of a number; every number is one.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The signature is good.
    package static let none = TSIGError(rawValue: 0)
    /// BADSIG: the MAC is wrong.
    package static let badSignature = TSIGError(rawValue: 16)
    /// BADKEY: the key, or its use with this algorithm, is not known.
    package static let badKey = TSIGError(rawValue: 17)
    /// BADTIME: the clocks are too far apart.
    package static let badTime = TSIGError(rawValue: 18)
    /// BADTRUNC: the MAC is right as far as it goes, and too short for the policy.
    package static let badTruncation = TSIGError(rawValue: 22)
}

extension TSIGError: CustomStringConvertible {
    /// The mnemonic, or the number.
    package var description: String {
        switch self {
        case .none: "NOERROR"
        case .badSignature: "BADSIG"
        case .badKey: "BADKEY"
        case .badTime: "BADTIME"
        case .badTruncation: "BADTRUNC"
        default: "TSIGERR\(rawValue)"
        }
    }
}
