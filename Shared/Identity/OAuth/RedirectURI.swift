// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where an application wants its users sent back to (RFC 6749 section 3.1.2, RFC 8252 section 7).
package struct RedirectURI: Hashable, Sendable {
    package let text: String
    /// What is compared: the text, without the port where the host is a loopback address.
    private let key: String

    /// nil for what is not absolute, has a fragment, or would send the code over the network in the clear: only `https`,
    /// `http` to a loopback address, and a private scheme with a dot in it are taken.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != 0x5C }
        guard isPlain, text.utf8.count <= 2_000, !text.contains("#"), let colon = text.firstIndex(of: ":") else {
            return nil
        }
        let scheme = text[..<colon].lowercased()
        let rest = text[text.index(after: colon)...]
        switch scheme {
        case "https":
            guard let host = Self.host(of: rest), !host.name.isEmpty else {
                return nil
            }
            self.key = text
        case "http":
            guard let host = Self.host(of: rest), host.name == "127.0.0.1" || host.name == "[::1]" else {
                return nil
            }
            self.key = "http://\(host.name)\(host.rest)"
        default:
            guard scheme.contains("."), scheme.utf8.allSatisfy({ Base62.isDigit($0) || $0 == 0x2E || $0 == 0x2D }),
                rest.hasPrefix("/")
            else {
                return nil
            }
            self.key = text
        }
        self.text = text
    }

    /// Whether a client that registered this one may ask for `other`.
    package func matches(_ other: RedirectURI) -> Bool {
        key == other.key
    }

    /// The URI with more parameters in its query; the values are escaped.
    package func appending(_ parameters: [(name: String, value: String)]) -> String {
        let query = parameters.map { "\($0.name)=\(Self.escaped($0.value))" }.joined(separator: "&")
        return "\(text)\(text.contains("?") ? "&" : "?")\(query)"
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let isUnreserved = Base62.isDigit(byte) || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isUnreserved ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    /// The host of `//host:port/rest`, without user, and what follows the port.
    private static func host(of text: Substring) -> (name: String, rest: Substring)? {
        guard text.hasPrefix("//") else {
            return nil
        }
        let authority = text.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
        let rest = text.dropFirst(2 + authority.count)
        guard !authority.contains("@") else {
            return nil
        }
        let name = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        let port = authority.dropFirst(name.count)
        guard port.isEmpty || port.first == ":" && port.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            return nil
        }
        return (String(name), rest)
    }
}
