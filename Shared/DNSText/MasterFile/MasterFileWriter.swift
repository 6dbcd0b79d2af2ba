// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Writes records as a master file that NSD, Knot and BIND load (RFC 1035 5).
///
/// `$ORIGIN` and `$TTL` come first, then each record on its line with its owner, TTL, class and type; owners are relative
/// to the origin, names in RDATA absolute. The same records in the same order give the same octets.
package struct MasterFileWriter: Sendable {
    /// What is written and not yet taken.
    package private(set) var text: [UInt8] = []

    private let origin: Name

    /// A writer of the zone `origin`; `$TTL` is left out when `defaultTTL` is nil.
    package init(origin: Name, defaultTTL: UInt32? = nil) {
        self.origin = origin
        text.append(contentsOf: "$ORIGIN ".utf8)
        origin.appendText(to: &text)
        text.append(Octet.newline)
        if let defaultTTL {
            text.append(contentsOf: "$TTL ".utf8)
            NumberText.print(defaultTTL, into: &text)
            text.append(Octet.newline)
        }
    }

    /// Writes a record.
    package mutating func append(_ record: ResourceRecord) {
        record.owner.appendText(relativeTo: origin, to: &text)
        text.append(Octet.space)
        record.appendLineAfterOwner(to: &text)
        text.append(Octet.newline)
    }

    /// Hands out what is written and forgets it, so that a large zone need not be held as a whole.
    package mutating func take() -> [UInt8] {
        let taken = text
        text.removeAll()
        return taken
    }
}
