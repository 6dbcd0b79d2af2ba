// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A key of 128 bits that server cookies are made with (RFC 9018 4.4). Not printable: it must not get into a log.
package struct CookieSecret: Sendable, Hashable {
    /// The first eight octets, the first one the least significant.
    let key0: UInt64
    /// The last eight.
    let key1: UInt64

    /// A secret of 16 octets; nil for another number.
    package init?(_ octets: [UInt8]) {
        guard octets.count == 16 else { return nil }
        key0 = octets[..<8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
        key1 = octets[8...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The 16 octets, for a process that is to make the same cookies; for no log.
    package var octets: [UInt8] {
        [key0, key1].flatMap { key in (0..<8).map { UInt8(truncatingIfNeeded: key >> (8 * $0)) } }
    }

    /// A secret that nobody else has.
    package static func random(using generator: inout some RandomNumberGenerator) -> CookieSecret {
        CookieSecret(key0: generator.next(), key1: generator.next())
    }

    private init(key0: UInt64, key1: UInt64) {
        self.key0 = key0
        self.key1 = key1
    }
}

extension CookieSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `***`.
    package var description: String { "***" }
    /// `***`.
    package var debugDescription: String { "***" }
    /// Nothing: a dump must not show the keys either.
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
