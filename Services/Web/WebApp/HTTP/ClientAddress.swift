// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Where a request comes from: the peer of the socket or, where that is a proxy the operator trusts, whom it names.
package struct ClientAddress: Hashable, Sendable {
    /// The address in its usual text form; an IPv4 address mapped into IPv6 stands as IPv4.
    package let text: String

    /// The address written in `text`, or nil when that is none. A zone index is not accepted.
    init?(_ text: some StringProtocol) {
        let text = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
        guard let address = try? SocketAddress(ipAddress: text, port: 0).ipAddress else { return nil }
        let isMapped = address.hasPrefix("::ffff:") && address.contains(".")
        self.text = isMapped ? String(address.dropFirst("::ffff:".count)) : address
    }

    /// What is counted as one client: an IPv4 address, or the 64-bit prefix of an IPv6 one, which is what a single
    /// customer of an access provider has at least.
    var rateLimitKey: String {
        guard self.text.contains(":") else { return self.text }
        var groups: [Substring] = []
        for (index, half) in self.text.split(separator: "::", omittingEmptySubsequences: false).enumerated() {
            let more = half.split(separator: ":")
            if index > 0 {
                groups += Array(repeating: "0", count: max(0, 8 - groups.count - more.count))
            }
            groups += more
        }
        return groups.prefix(4).joined(separator: ":") + "::/64"
    }
}

/// The proxies whose X-Forwarded-For is believed.
package struct TrustedProxies: Sendable {
    private let addresses: Set<ClientAddress>

    /// Trusts `texts`; nil where one of them is no address.
    package init?(_ texts: [String]) {
        let addresses = texts.map { ClientAddress($0) }
        self.addresses = Set(addresses.compactMap { $0 })
        if addresses.contains(nil) {
            return nil
        }
    }

    /// Trusts nobody: the client is the peer.
    package static let none = TrustedProxies()

    private init() {
        self.addresses = []
    }

    /// The client of a request from `peer` whose X-Forwarded-For fields, joined, are `forwarded`.
    ///
    /// Each proxy adds the address it saw at the end. So the client is the last address that no trusted proxy has; what
    /// stands before it may be anybody's invention.
    func client(peer: String?, forwarded: String?) -> ClientAddress? {
        guard var client = peer.flatMap({ ClientAddress($0) }) else { return nil }
        for entry in (forwarded ?? "").split(separator: ",").reversed() where self.addresses.contains(client) {
            let trimmed = entry.drop { $0 == " " }
            guard let next = ClientAddress(trimmed.prefix { $0 != " " }) else { break }
            client = next
        }
        return client
    }
}
