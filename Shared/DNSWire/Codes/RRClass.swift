// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A class of resource records (RFC 1035 3.2.4).
@usableFromInline
package struct RRClass: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    @usableFromInline package let rawValue: UInt16

    /// The class of a number; every number is one.
    @inlinable
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The Internet.
    @inlinable package static var internet: RRClass { RRClass(rawValue: 1) }
    /// Chaosnet, today the class of a server's own data such as `version.bind`.
    @inlinable package static var chaos: RRClass { RRClass(rawValue: 3) }
    /// Hesiod.
    @inlinable package static var hesiod: RRClass { RRClass(rawValue: 4) }
    /// No class (RFC 2136 1.3).
    @inlinable package static var none: RRClass { RRClass(rawValue: 254) }
    /// Any class, in questions only.
    @inlinable package static var any: RRClass { RRClass(rawValue: 255) }

    /// The name of the class in master files; nil when it has none.
    package var mnemonic: String? {
        switch rawValue {
        case 1: "IN"
        case 3: "CH"
        case 4: "HS"
        case 254: "NONE"
        case 255: "ANY"
        default: nil
        }
    }

    /// The class of a mnemonic or of `CLASSnn`, without case (RFC 3597 5).
    package init?(mnemonic: some StringProtocol) {
        switch mnemonic.uppercased() {
        case "IN": self = .internet
        case "CH": self = .chaos
        case "HS": self = .hesiod
        case "NONE": self = .none
        case "ANY": self = .any
        default:
            guard let number = MnemonicNumber.parse(mnemonic, prefix: "CLASS") else { return nil }
            self.init(rawValue: number)
        }
    }
}

extension RRClass: CustomStringConvertible {
    /// The mnemonic, or `CLASSnn` for a class without one (RFC 3597 5).
    @usableFromInline
    package var description: String { mnemonic ?? "CLASS\(rawValue)" }
}
