// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import Domain
import Postgres

extension ZoneEditor {
    /// The platform's name servers: what a domain is delegated to unless its owner wants otherwise.
    package var nameServers: [String] {
        policy.nameServers
    }

    /// Gives a domain name servers of its own name: `ns1` and so on with the addresses of the platform's, in the zone's
    /// NS records instead of those. A domain that has them keeps them as they are.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors`, `FeatureUnavailable` where the platform's addresses are not
    ///   configured.
    package func enableVanity(
        account: Account,
        domain identifier: ResourceIdentifier,
        context: ChangeContext
    ) async throws -> [VanityNameServer] {
        try await change { transaction in
            let (domain, locked) = try await DomainScope.lockZone(identifier, account: account.id, in: transaction)
            let present = try await VanityNameServer.all(of: domain, in: transaction)
            guard present.isEmpty else {
                return present
            }
            let hosts = try vanityHosts()
            _ = try rules(of: locked.zone)
            let labels = hosts.indices.map { "ns\($0 + 1)" }
            let records = try await Self.records(at: [""] + labels, of: locked.zone, in: transaction)
            if let alias = records.first(where: { $0.type == .cname || $0.type == .ns && !$0.name.isEmpty }) {
                throw ValidationErrors("base", "The name \(alias.name) has \(alias.type) records already")
            }
            let servers = try await Self.insert(hosts, labels, domain, in: transaction)
            let addresses = try zip(labels, hosts).flatMap { try $1.records(at: $0, ttl: Self.ttl) }
            let change = PlatformRecordChange(
                deletes: records.filter { $0.isSystem && $0.type == .ns },
                creates: Self.missing(addresses + (try Self.apex(servers.map(\.name))), among: records),
                action: "vanity.enable",
                subject: domain.name,
                after: JSONWriter.text(of: servers),
                events: [.other(name: "vanity.enable", data: [("domain", domain)])]
            )
            try await apply(change, to: locked, account: account, context: context, in: transaction)
            return servers
        }
    }

    /// Takes a domain's own name servers away and puts the platform's back. Without any there is nothing to do.
    ///
    /// - Throws: `NotFound` (domain).
    package func disableVanity(
        account: Account,
        domain identifier: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let (domain, locked) = try await DomainScope.lockZone(identifier, account: account.id, in: transaction)
            let servers = try await VanityNameServer.all(of: domain, in: transaction)
            guard !servers.isEmpty else {
                return
            }
            try await transaction.execute("DELETE FROM app.vanity_name_server WHERE domain_id = \(domain.id)")
            let labels = servers.map { String($0.name.dropLast(domain.name.utf8.count + 1)) }
            let records = try await Self.records(at: [""] + labels, of: locked.zone, in: transaction)
            let old = records.filter { $0.isSystem && ($0.type == .ns || $0.type == .a || $0.type == .aaaa) }
            let change = PlatformRecordChange(
                deletes: old,
                creates: Self.missing(
                    try Self.apex(policy.nameServers),
                    among: records.filter { record in !old.contains { $0.id == record.id } }
                ),
                action: "vanity.disable",
                subject: domain.name,
                before: JSONWriter.text(of: servers),
                events: [.other(name: "vanity.disable", data: [("domain", domain)])]
            )
            try await apply(change, to: locked, account: account, context: context, in: transaction)
        }
    }

    /// Seconds: that of the platform's other records.
    private static let ttl: Int32 = 3_600

    /// The addresses of the platform's name servers, in their order.
    private func vanityHosts() throws(FeatureUnavailable) -> [HostAddresses] {
        let hosts = policy.nameServers.compactMap { policy.hostAddresses[$0.lowercased()] }
        guard !hosts.isEmpty, hosts.count == policy.nameServers.count else {
            throw FeatureUnavailable("Vanity name servers are not configured on this platform")
        }
        return hosts
    }

    private static func apex(_ servers: [String]) throws -> [RecordDraft] {
        try servers.map { server in
            let rdata = try RecordRData.wire(type: .ns, content: server, priority: nil, zone: .root)
            return RecordDraft(name: "", type: .ns, rdata: rdata, ttl: ttl)
        }
    }

    private static func insert(
        _ hosts: [HostAddresses],
        _ labels: [String],
        _ domain: HostedDomain,
        in transaction: PostgresTransaction
    ) async throws -> [VanityNameServer] {
        var servers: [VanityNameServer] = []
        for (label, host) in zip(labels, hosts) {
            let rows = try await transaction.query(
                """
                INSERT INTO app.vanity_name_server (domain_id, name, ipv4, ipv6)
                VALUES (\(domain.id), \("\(label).\(domain.name)"), \(host.ipv4), \(host.ipv6))
                RETURNING \(VanityNameServer.columns)
                """
            )
            servers.append(try VanityNameServer(row: rows.only()))
        }
        return servers
    }
}

extension VanityNameServer {
    static var columns: PostgresQuery {
        "id, name, ipv4, ipv6, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            name: try row.decode("name"),
            addresses: HostAddresses(ipv4: try row.decode("ipv4"), ipv6: try row.decode("ipv6")),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }

    /// Those of a domain, by id.
    static func all(
        of domain: HostedDomain,
        in transaction: PostgresTransaction
    ) async throws -> [VanityNameServer] {
        try await transaction.query(
            "SELECT \(columns) FROM app.vanity_name_server WHERE domain_id = \(domain.id) ORDER BY id"
        ).map(VanityNameServer.init(row:))
    }
}
