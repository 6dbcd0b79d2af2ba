// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import Identity

/// The cookie that holds a session's secret: not for scripts, and sent by our own pages only (RFC 6265).
enum SessionCookie {
    /// With the prefix that browsers take from TLS alone, for the whole host.
    private static let secureName = "__Host-zonewright"
    /// Where browsers are on the same machine, without TLS.
    private static let plainName = "zonewright"

    /// The session's secret in a request; nil where there is none.
    static func secret(in headers: HTTPFields) -> TokenSecret? {
        for field in headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0] == Self.secureName || parts[0] == Self.plainName,
                    let secret = TokenSecret(parts[1]), secret.kind == .session
                else { continue }
                return secret
            }
        }
        return nil
    }

    /// The Set-Cookie field for a new session.
    static func set(_ secret: TokenSecret, maximumAge: Int64, isLocal: Bool) -> String {
        let name = isLocal ? Self.plainName : Self.secureName
        let end = isLocal ? "" : "; Secure"
        return "\(name)=\(secret.text.reveal()); Path=/; Max-Age=\(maximumAge); HttpOnly; SameSite=Strict\(end)"
    }

    /// The Set-Cookie field that ends it.
    static func clear(isLocal: Bool) -> String {
        let name = isLocal ? Self.plainName : Self.secureName
        return "\(name)=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict\(isLocal ? "" : "; Secure")"
    }
}

extension ClientAddress {
    /// Whether the client is on this machine.
    var isLocal: Bool {
        self.text == "::1" || self.text.hasPrefix("127.")
    }
}
