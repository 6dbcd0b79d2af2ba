// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
package import DNSWire

/// The name of a zone: lower-case A-label text for tables and answers, and the wire form for rules.
package struct ZoneName: Hashable, Sendable, CustomStringConvertible {
    /// Without the final dot; the root is `.`.
    package let text: String
    /// The same name on the wire.
    package let name: Name

    /// A name that is known to be good: from the database or a parsed file.
    package init(_ name: Name) {
        let name = name.lowercased()
        self.name = name
        self.text = name.isRoot ? "." : String(name.text.dropLast())
    }

    /// A name as the tables keep it, or nil when it is none.
    package init?(stored text: String) {
        guard let name = try? Name(text: text, origin: .root) else {
            return nil
        }
        self.init(name)
    }

    package var description: String {
        text
    }

    /// The name with its A-labels decoded, for people.
    package var unicodeText: String {
        name.isRoot ? "." : text.split(separator: ".").map(InternationalLabel.unicode).joined(separator: ".")
    }

    /// Whether addresses are mapped to names here (RFC 1035 3.5, RFC 3596 2.5).
    package var isReverse: Bool {
        Self.reverseSuffixes.contains { text.hasSuffix("." + $0) }
    }

    /// The names above this one that a customer could own, the nearest first.
    package var ownableAncestors: [String] {
        let labels = text.split(separator: ".")
        guard labels.count > 2 else {
            return []
        }
        return (1...(labels.count - 2)).map { labels[$0...].joined(separator: ".") }
    }

    static let reverseSuffixes = ["in-addr.arpa", "ip6.arpa"]
}
