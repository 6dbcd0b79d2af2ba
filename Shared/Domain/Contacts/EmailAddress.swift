// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// What passes for an e-mail address: enough to find slips, since only a mail that arrives proves one.
package enum EmailAddress {
    /// Octets of a whole address at most (RFC 5321 section 4.5.3.1.3, less the angle brackets).
    private static let maximumLength = 254
    /// Octets before the `@` at most (RFC 5321 section 4.5.3.1.1).
    private static let maximumLocalLength = 64

    /// Whether `text` is a dot-atom, an `@` and a host name of two labels or more (RFC 5321 section 4.1.2).
    package static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= maximumLength, isLocalPart(parts[0]) else {
            return false
        }
        return (try? ZoneName(customer: parts[1])) != nil
    }

    /// Whether `text` is a dot-atom, with the letters of all languages (RFC 6531 section 3.3).
    package static func isLocalPart(_ text: some StringProtocol) -> Bool {
        guard text.utf8.count <= maximumLocalLength else {
            return false
        }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy(isAtomOctet)
        }
    }

    private static func isAtomOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x80...: true
        default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(octet)
        }
    }
}
