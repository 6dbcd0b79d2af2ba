// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import Domain
import Postgres

extension ZoneEditor {
    /// Adds an e-mail forward to a domain. With the first one the zone gets the MX records of the platform's mail
    /// servers.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors`, `FeatureUnavailable` where there are no mail servers.
    package func createForward(
        account: Account,
        domain identifier: ResourceIdentifier,
        _ draft: EmailForwardDraft,
        context: ChangeContext
    ) async throws -> EmailForward {
        try await change { transaction in
            let (domain, locked) = try await DomainScope.lockZone(identifier, account: account.id, in: transaction)
            guard !policy.mailExchangers.isEmpty else {
                throw FeatureUnavailable("E-mail forwarding is not configured on this platform")
            }
            let (alias, destination) = try draft.validated(domain: domain.name)
            _ = try rules(of: locked.zone)
            let row = try await transaction.first(
                """
                INSERT INTO app.email_forward (domain_id, alias_email, destination_email)
                VALUES (\(domain.id), \(alias), \(destination))
                ON CONFLICT DO NOTHING
                RETURNING \(EmailForward.columns)
                """
            )
            guard let forward = try row.map(EmailForward.init(row:)) else {
                throw ValidationErrors("base", "Email forward already exists")
            }
            let records = try await Self.records(at: [""], of: locked.zone, in: transaction)
            let isPublished = records.contains { $0.isSystem && $0.type == .mx }
            let change = PlatformRecordChange(
                creates: isPublished ? [] : Self.missing(try mailRecords(), among: records),
                action: "email_forward.create",
                subject: "\(domain.name)/email_forwards/\(forward.id)",
                after: JSONWriter.text(of: forward),
                events: [.other(name: "email_forward.create", data: [("email_forward", forward)])]
            )
            try await apply(change, to: locked, account: account, context: context, in: transaction)
            return forward
        }
    }

    /// Deletes an e-mail forward. With the last one the platform's MX records go.
    ///
    /// - Throws: `NotFound` (domain, forward).
    package func deleteForward(
        account: Account,
        domain identifier: ResourceIdentifier,
        id: Int64,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let (domain, locked) = try await DomainScope.lockZone(identifier, account: account.id, in: transaction)
            let forward = try await EmailForward.remove(id, of: domain.id, in: transaction)
            let others = try await transaction.first(
                "SELECT 1 FROM app.email_forward WHERE domain_id = \(domain.id) LIMIT 1"
            )
            let records = others == nil ? try await Self.records(at: [""], of: locked.zone, in: transaction) : []
            let change = PlatformRecordChange(
                deletes: records.filter { $0.isSystem && $0.type == .mx },
                action: "email_forward.delete",
                subject: "\(domain.name)/email_forwards/\(forward.id)",
                before: JSONWriter.text(of: forward),
                events: [.other(name: "email_forward.delete", data: [("email_forward", forward)])]
            )
            try await apply(change, to: locked, account: account, context: context, in: transaction)
        }
    }

    /// An MX record a mail server, with preferences 10, 20 and so on.
    private func mailRecords() throws -> [RecordDraft] {
        try policy.mailExchangers.enumerated().map { index, host in
            let preference = Int32(10 * (index + 1))
            let rdata = try RecordRData.wire(type: .mx, content: host, priority: preference, zone: .root)
            return RecordDraft(name: "", type: .mx, rdata: rdata, ttl: Int32(clamping: policy.defaultTTL))
        }
    }
}
