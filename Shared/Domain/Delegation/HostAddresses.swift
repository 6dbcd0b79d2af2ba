// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// The addresses of a name server of the platform: what vanity name servers answer with.
package struct HostAddresses: Hashable, Sendable {
    /// Dotted decimal.
    package var ipv4: String?
    package var ipv6: String?

    package init(ipv4: String? = nil, ipv6: String? = nil) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// The addresses by host name that items such as `ns1.example.net=192.0.2.1` give, an item each family; nil when
    /// an item is none or a host has two addresses of a family.
    package static func parse(_ items: [String]) -> [String: HostAddresses]? {
        var hosts: [String: HostAddresses] = [:]
        for item in items {
            let parts = item.split(separator: "=", maxSplits: 1).map { String($0) }
            guard parts.count == 2, let host = try? ZoneName(customer: parts[0]).text else {
                return nil
            }
            var addresses = hosts[host] ?? HostAddresses()
            if addresses.ipv4 == nil, let address = normalized(parts[1], .a) {
                addresses.ipv4 = address
            } else if addresses.ipv6 == nil, let address = normalized(parts[1], .aaaa) {
                addresses.ipv6 = address
            } else {
                return nil
            }
            hosts[host] = addresses
        }
        return hosts
    }

    /// The address as records show it; nil when it is none of the type.
    private static func normalized(_ text: String, _ type: RRType) -> String? {
        guard let rdata = try? RecordRData.wire(type: type, content: text, priority: nil, zone: .root) else {
            return nil
        }
        return RecordContent(type: type, rdata: rdata).content
    }

    /// The address records of these addresses at `name`, relative to the zone.
    ///
    /// - Parameter ttl: seconds.
    package func records(at name: String, ttl: Int32) throws -> [RecordDraft] {
        var drafts: [RecordDraft] = []
        for case (let type, let address?) in [(RRType.a, ipv4), (RRType.aaaa, ipv6)] {
            let rdata = try RecordRData.wire(type: type, content: address, priority: nil, zone: .root)
            drafts.append(RecordDraft(name: name, type: type, rdata: rdata, ttl: ttl))
        }
        return drafts
    }
}
