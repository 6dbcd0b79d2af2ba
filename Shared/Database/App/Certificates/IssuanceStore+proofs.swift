// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// A TXT record that proves control of a name to a certificate authority.
package struct ProofRecord: Sendable, Hashable {
    /// Absolute, lower case, without the final dot.
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// Why a proof cannot be published: for the customer, who can change that.
package struct ProofRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String
}

extension IssuanceStore {
    private struct Place: Sendable {
        let proof: ProofRecord
        let zone: Int64
        /// Relative to the zone.
        let name: String
    }

    /// Has these proofs published, and no others of the certificate. Those that are there already stay.
    ///
    /// - Returns: the zones that they are in; nil when the claim does not hold any more.
    /// - Throws: ``ProofRefusal``.
    package func publish(_ proofs: [ProofRecord], for claimed: ClaimedCertificate) async throws -> [Int64]? {
        try await pool.withTransaction { transaction in
            guard try await Self.lock(claimed, in: transaction) else { return nil }
            var places: [Place] = []
            for proof in proofs.sorted(by: { $0.name < $1.name }) {
                places.append(try await Self.place(proof, account: claimed.account, in: transaction))
            }
            let values = places.map(\.proof.value)
            let removed = try await transaction.query(
                """
                DELETE FROM distribution.acme_challenge
                WHERE certificate_id = \(claimed.id) AND value <> ALL (\(values)::text[]) RETURNING zone_id, name
                """
            )
            let added = try await transaction.query(
                """
                INSERT INTO distribution.acme_challenge (certificate_id, zone_id, name, value)
                SELECT \(claimed.id), zone_id, name, value
                FROM unnest(\(places.map(\.zone)), \(places.map(\.name)), \(values)) AS p (zone_id, name, value)
                ORDER BY zone_id, name, value
                ON CONFLICT DO NOTHING RETURNING zone_id, name
                """
            )
            try await Self.touch(removed + added, in: transaction)
            return Set(places.map(\.zone)).sorted()
        }
    }

    /// Takes all proofs of a certificate off, as far as the claim still holds.
    package func withdraw(_ claimed: ClaimedCertificate) async throws {
        try await pool.withTransaction { transaction in
            guard try await Self.lock(claimed, in: transaction) else { return }
            let removed = try await transaction.query(
                """
                DELETE FROM distribution.acme_challenge WHERE certificate_id = \(claimed.id) RETURNING zone_id, name
                """
            )
            try await Self.touch(removed, in: transaction)
        }
    }

    /// Whether every name server that is expected to answer has these zones as they were last changed.
    package func isEverywhere(_ zones: [Int64]) async throws -> Bool {
        let row = try await pool.query(
            """
            SELECT count(*) AS zones, coalesce(bool_and(
                NOT EXISTS (SELECT FROM distribution.outbox AS o WHERE o.zone_id = d.zone_id)
                AND (l.id IS NULL OR l.pos IS NOT NULL)
                AND EXISTS (SELECT FROM distribution.node AS n WHERE \(ExpectedNode.condition))
                AND NOT EXISTS (
                    SELECT FROM distribution.node AS n
                    LEFT JOIN distribution.quarantine AS q ON q.node = n.name AND q.zone_id = d.zone_id
                    WHERE \(ExpectedNode.condition) AND (n.acked < l.pos OR q.node IS NOT NULL)
                )
            ), false) AS everywhere
            FROM distribution.zone AS d LEFT JOIN distribution.log AS l ON l.id = d.log_id
            WHERE d.zone_id = ANY (\(zones)) AND d.live
            """
        ).only()
        return try row.decode("everywhere") && row.decode("zones") == zones.count
    }

    /// Locks the certificate's row; false when another worker has it, or nobody asks for it any more.
    static func lock(_ claimed: ClaimedCertificate, in transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            """
            SELECT id FROM app.certificate
            WHERE id = \(claimed.id) AND claim = \(claimed.claim) AND state = 'requesting' FOR UPDATE
            """
        ) != nil
    }

    /// The zone that a proof is to be in: the deepest that is hosted here, as it is the one that is answered from.
    private static func place(
        _ proof: ProofRecord,
        account: Int64,
        in transaction: PostgresTransaction
    ) async throws -> Place {
        let row = try await transaction.first(
            """
            SELECT id, name, account_id, active, secondary OR presigned_at IS NOT NULL AS foreign_records FROM app.zone
            WHERE name = ANY (distribution.name_and_above(\(proof.name))) ORDER BY length(name) DESC LIMIT 1
            """
        )
        guard let row, try row.decode("account_id") == account else {
            throw ProofRefusal(description: "\(proof.name) is in no zone of the account")
        }
        let zone: String = try row.decode("name")
        guard try row.decode("active") else {
            throw ProofRefusal(description: "the zone \(zone) is not active")
        }
        guard try !row.decode("foreign_records") else {
            throw ProofRefusal(description: "the records of the zone \(zone) come from elsewhere")
        }
        let name = String(proof.name.dropLast(zone.utf8.count).dropLast(proof.name == zone ? 0 : 1))
        let id: Int64 = try row.decode("id")
        let obstacle = try await transaction.first(
            """
            SELECT type FROM app.record
            WHERE zone_id = \(id) AND (
                name = \(name) AND type = 'CNAME'
                OR type = 'NS' AND name <> '' AND name = ANY (distribution.name_and_above(\(name)))
            ) LIMIT 1
            """
        )
        if let obstacle {
            let type: String = try obstacle.decode(0)
            throw ProofRefusal(description: "\(proof.name) cannot be answered: there is a record of type \(type)")
        }
        return Place(proof: proof, zone: id, name: name)
    }

    /// Tells the publisher of owners that changed.
    private static func touch(_ rows: [PostgresRow], in transaction: PostgresTransaction) async throws {
        guard !rows.isEmpty else { return }
        let zones: [Int64] = try rows.map { try $0.decode("zone_id") }
        let names: [String] = try rows.map { try $0.decode("name") }
        try await transaction.execute(
            """
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
            SELECT z.id, z.name, z.version, 'P', t.names, 0, gen_random_uuid()
            FROM (
                SELECT zone_id, array_agg(DISTINCT name) AS names
                FROM unnest(\(zones), \(names)) AS touched (zone_id, name) GROUP BY zone_id
            ) AS t
            JOIN app.zone AS z ON z.id = t.zone_id WHERE z.active ORDER BY z.id
            """
        )
    }
}
