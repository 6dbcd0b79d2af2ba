// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Runtime

/// What the engine counts beyond queries and codes: types, EDNS, cookies, rate limits and sizes.
extension ResponderMetrics {
    /// The types with a series of their own: those that are asked for in earnest. All others are `other`.
    private static let types: [RRType] = [
        .a, .ns, .cname, .soa, .ptr, .mx, .txt, .aaaa, .srv, .naptr, .dname, .ds, .sshfp, .rrsig, .nsec, .dnskey,
        .nsec3,
        .nsec3param, .tlsa, .cds, .cdnskey, .svcb, .https, .spf, .loc, .hinfo, .any,
        .ixfr, .axfr,
    ]

    func registerEngine(in registry: MetricsRegistry) {
        registry.collect(.counter, "dns_queries_by_type_total", help: "Well-formed queries by type.") {
            var samples = Self.types.map { type in
                MetricSample(labels: [("type", "\(type)")], value: Double(total(.type(type.rawValue))))
            }
            // Types above 255 are counted as one, CAA (257) among them.
            let others = (0...256 as ClosedRange<UInt16>).filter { !Self.types.contains(RRType(rawValue: $0)) }
            let other = others.reduce(0) { $0 + total(.type($1)) }
            samples.append(MetricSample(labels: [("type", "other")], value: Double(other)))
            return samples
        }
        registry.collect(.counter, "dns_cookies_total", help: "Queries with cookies by what these were worth.") {
            [("client", .clientCookies), ("good", .goodCookies), ("bad", .badCookies)].map { (name, item) in
                MetricSample(labels: [("cookie", name)], value: Double(total(item)))
            }
        }
        registry.collect(
            .counter,
            "dns_rate_limited_total",
            help: "Responses above a rate limit, by what became of them."
        ) {
            [("dropped", .limited), ("slipped", .slipped), ("trial", .wouldLimit)].map { (name, item) in
                MetricSample(labels: [("action", name)], value: Double(total(item)))
            }
        }
        registry.collect(
            .counter,
            "dns_responses_by_size_total",
            help: "Responses by octets, each size up to the next."
        ) {
            [("udp", udp), ("tcp", tcp)].flatMap { transport, counters in
                (5...16).map { bits in
                    let least = bits == 5 ? 0 : bits
                    let count = (least...bits).reduce(0) { sum, bits in
                        sum + counters.reduce(0) { $0 + $1[.size(bits)] }
                    }
                    return MetricSample(
                        labels: [("transport", transport), ("up_to", "\(1 << bits)")],
                        value: Double(count)
                    )
                }
            }
        }
        let simple: [(String, String, ResponderCounters.Item)] = [
            ("dns_edns_queries_total", "Queries with an OPT record.", .edns),
            ("dns_dnssec_ok_queries_total", "Queries with the DO bit.", .dnssecOK),
            ("dns_signed_queries_total", "Queries signed with TSIG.", .signed),
        ]
        for (name, help, item) in simple {
            registry.collect(.counter, name, help: help) { [MetricSample(value: Double(total(item)))] }
        }
    }

    private func total(_ item: ResponderCounters.Item) -> Int {
        (udp + tcp).reduce(0) { $0 + $1[item] }
    }
}
