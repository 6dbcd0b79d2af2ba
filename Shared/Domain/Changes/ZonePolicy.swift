// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The operator's bounds and defaults for customers' zones.
package struct ZonePolicy: Hashable, Sendable {
    /// Host names of the platform's name servers, without the final dot: a new zone's apex NS records.
    package var nameServers: [String]
    /// The responsible mailbox of a new zone's SOA as a domain name, without the final dot.
    package var mailbox: String
    /// Addresses by name server, for vanity name servers; of all or of none.
    package var hostAddresses: [String: HostAddresses] = [:]
    /// Host names of the platform's mail servers, the preferred first; none where mail is not forwarded.
    package var mailExchangers: [String] = []
    /// Names of regions that records may be limited to, beside those of ``RecordRegion``.
    package var regions: Set<String> = []
    /// Seconds.
    package var defaultTTL: Int64 = 3_600
    /// Seconds; ACME clients write 60.
    package var minimumTTL: Int64 = 1
    /// Seconds; RFC 2181 section 8.
    package var maximumTTL: Int64 = 2_147_483_647
    /// Characters of one record's content.
    package var maximumContentLength = 16_384
    /// Items of one batch, all lists together.
    package var maximumBatchItems = 10_000
    /// Records of one customer's zone file.
    package var maximumImportRecords = 100_000

    package init(nameServers: [String], mailbox: String) {
        self.nameServers = nameServers
        self.mailbox = mailbox
    }

    /// For development: name servers under a reserved name.
    package static let example = ZonePolicy(
        nameServers: [
            "ns1.zonewright.example", "ns2.zonewright.example", "ns3.zonewright.example", "ns4.zonewright.example",
        ],
        mailbox: "hostmaster.zonewright.example"
    )
}
