// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Which name servers the owners of domains want the parents to name. It is kept for them: without a registrar the
/// platform cannot tell a registry.
package struct DelegationStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The name servers of a domain's delegation; none when nobody said.
    ///
    /// - Throws: `NotFound` (domain).
    package func delegation(account: Int64, domain: ResourceIdentifier) async throws -> [String] {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await Self.delegation(of: domain, in: pool)
    }

    /// Replaces a domain's delegation; nil stands for nobody's word. One that is so already leaves no trace.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors`.
    package func change(
        account: Account,
        domain: ResourceIdentifier,
        to names: [String],
        context: ChangeContext
    ) async throws -> [String] {
        let hosts = try NameServerList.validated(names)
        try await pool.withTransaction { transaction in
            let domain = try await DomainScope.lock(domain, account: account.id, in: transaction)
            try await Self.change(domain, to: hosts, account: account, context: context, in: transaction)
        }
        return hosts
    }

    /// Delegates a domain to vanity name servers of the account.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors` for a name that is none of them.
    package func changeToVanity(
        account: Account,
        domain: ResourceIdentifier,
        names: [String],
        context: ChangeContext
    ) async throws -> [VanityNameServer] {
        let hosts = try NameServerList.validated(names)
        return try await pool.withTransaction { transaction in
            let domain = try await DomainScope.lock(domain, account: account.id, in: transaction)
            let rows = try await transaction.query(
                """
                SELECT \(VanityNameServer.columns) FROM app.vanity_name_server
                WHERE name = ANY(\(hosts)::text[])
                  AND domain_id IN (SELECT d.id FROM app.domain d WHERE d.account_id = \(account.id))
                """
            )
            let servers = try rows.map(VanityNameServer.init(row:))
            var errors = ValidationErrors()
            var chosen: [VanityNameServer] = []
            for host in hosts {
                if let server = servers.first(where: { $0.name == host }) {
                    chosen.append(server)
                } else {
                    errors.add("name_servers", "`\(host)` is no vanity name server of the account")
                }
            }
            if hosts.isEmpty {
                errors.add("name_servers", "can't be blank")
            }
            try errors.throwIfAny()
            try await Self.change(domain, to: hosts, account: account, context: context, in: transaction)
            return chosen
        }
    }

    private static func delegation(
        of domain: HostedDomain,
        in database: some PostgresQuerying
    ) async throws -> [String] {
        try await database.query(
            "SELECT coalesce(delegation, '{}') AS delegation FROM app.domain WHERE id = \(domain.id)"
        ).only().decode("delegation")
    }

    private static func change(
        _ domain: HostedDomain,
        to hosts: [String],
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        let before = try await delegation(of: domain, in: transaction)
        guard before != hosts else {
            return
        }
        try await transaction.execute(
            "UPDATE app.domain SET delegation = \(hosts), updated_at = now() WHERE id = \(domain.id)"
        )
        let event = WebhookEvent.other(
            name: "domain.delegation_change",
            data: [("domain", domain), ("name_servers", hosts)]
        )
        try await AccountBook.record(
            AccountChange(
                account: account,
                action: "domain.delegation_change",
                subject: domain.name,
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: hosts),
                events: [event],
                context: context
            ),
            in: transaction
        )
    }
}
