// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Labels of international names: their A-label form for the DNS, their U-label form for people (RFC 5890 2.3.2.1).
///
/// Only lower-casing is done on the way in. Input that would need more of UTS 46 (composition, width folding) is
/// refused, so that a name never means something else than it shows.
enum InternationalLabel {
    private static let prefix = "xn--"

    /// The A-label of `label`, which is lower-cased; ASCII labels stay as they are. Nil when it has none.
    static func ascii(_ label: some StringProtocol) -> String? {
        let label = label.lowercased()
        if label.utf8.allSatisfy({ $0 < 0x80 }) {
            return label
        }
        guard InternationalCharacters.mayForm(Array(label.unicodeScalars)),
            let encoded = Punycode.encode(label.unicodeScalars)
        else {
            return nil
        }
        return prefix + String(decoding: encoded, as: UTF8.self)
    }

    /// Whether `label`, if it claims to be an A-label, is one. Registries have sold symbols too: those are taken.
    static func isValid(_ label: some StringProtocol) -> Bool {
        guard label.hasPrefix(prefix) else {
            return true
        }
        guard let scalars = Punycode.decode(Array(label.dropFirst(prefix.count).utf8)),
            scalars.contains(where: { !$0.isASCII }),
            !scalars.contains(where: { $0.properties.generalCategory == .control }),
            let encoded = Punycode.encode(scalars)
        else {
            return false
        }
        return prefix + String(decoding: encoded, as: UTF8.self) == label
    }

    /// The U-label of an A-label; any other label as it is.
    static func unicode(_ label: some StringProtocol) -> String {
        guard label.hasPrefix(prefix), isValid(label),
            let scalars = Punycode.decode(Array(label.dropFirst(prefix.count).utf8))
        else {
            return String(label)
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
