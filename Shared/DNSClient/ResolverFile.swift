// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore

/// What `resolv.conf(5)` says.
package enum ResolverFile {
    /// The port of resolvers that are named without one.
    private static let port = 53

    /// The addresses of the `nameserver` lines, in their order; 127.0.0.1 when there is none, as the file's manual says.
    package static func servers(_ text: String) -> [SocketAddress] {
        let found = text.split(whereSeparator: \.isNewline).compactMap { line -> SocketAddress? in
            let words = line.split(whereSeparator: \.isWhitespace)
            guard words.count >= 2, words[0] == "nameserver" else { return nil }
            return try? SocketAddress(ipAddress: String(words[1]), port: port)
        }
        if !found.isEmpty { return found }
        return (try? SocketAddress(ipAddress: "127.0.0.1", port: port)).map { [$0] } ?? []
    }

    /// The address of `192.0.2.1`, `192.0.2.1:5353`, `2001:db8::1` or `[2001:db8::1]:5353`; nil for anything else.
    package static func server(_ text: String) -> SocketAddress? {
        if let address = try? SocketAddress(ipAddress: text, port: port) { return address }
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        return try? SocketAddress(ipAddress: String(host), port: port)
    }
}
