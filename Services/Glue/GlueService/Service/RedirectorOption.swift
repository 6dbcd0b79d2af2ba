// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Runtime

/// Where the redirector of `zonewright-web` is reached: what URL records are published with.
enum RedirectorOption {
    static let option = DaemonOption(
        "redirector-addresses",
        .list,
        help: "Addresses of the redirector, which URL records are published with; without them nothing is."
    )

    /// The addresses by their families, in their canonical form, sorted. The TTL is the greatest, so that a record's own
    /// counts.
    static func addresses(_ settings: Settings) throws(SettingsError) -> AliasAddresses {
        var addresses = AliasAddresses(ttl: .max)
        for text in try settings.list(option.key) {
            if let address = canonical(text, .a) {
                addresses.a.append(address)
            } else if let address = canonical(text, .aaaa) {
                addresses.aaaa.append(address)
            } else {
                throw settings.refuse(option.key, "\"\(text)\" is not an IP address")
            }
        }
        addresses.a.sort()
        addresses.aaaa.sort()
        return addresses
    }

    private static func canonical(_ text: String, _ type: RRType) -> String? {
        guard let rdata = try? RDataText.parse(type: type, text: Array(text.utf8), origin: .root) else { return nil }
        return RDataText.print(type: type, rdata: rdata)
    }
}
