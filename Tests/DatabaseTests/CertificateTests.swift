// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres
import TestSupport
import Testing

@testable import Database

/// Certificates as workers see them.
@Suite struct CertificateTests {
    private let superuser: PostgresPool
    private let store: IssuanceStore
    private let database: TestDatabase

    init() async throws {
        database = try await TestDatabase.make()
        superuser = try database.pool(.superuser)
        store = IssuanceStore(pool: try database.pool(.worker))
        try await superuser.execute(
            """
            WITH account AS (
                INSERT INTO app.account (email, name) VALUES ('a@example.com', 'a') RETURNING id
            ), domain AS (
                INSERT INTO app.domain (account_id, name, unicode_name) SELECT id, 'example.com', 'example.com' FROM account
                RETURNING id, account_id
            )
            INSERT INTO app.zone (account_id, domain_id, name) SELECT account_id, id, 'example.com' FROM domain
            """
        )
    }

    /// A certificate in a state.
    private func add(_ state: String) async throws -> Int64 {
        try await superuser.query(
            """
            WITH made AS (
                INSERT INTO app.certificate (domain_id, name, names, algorithm, auto_renew, state, leaf)
                SELECT id, 'www', '{www.example.com}', 'ECDSA', true, \(state), 'L' FROM app.domain RETURNING id
            ) SELECT id FROM made
            """
        ).only().decode(0)
    }

    private func states() async throws -> [String] {
        try await superuser.query("SELECT state FROM app.certificate ORDER BY id").map { try $0.decode(0) }
    }

    @Test func `whoever is overtaken keeps nothing`() async throws {
        let id = try await add("requesting")
        let first = try #require(try await store.claim(id))
        #expect(try await store.save(first, sealedKey: [1], request: "R", order: nil))
        let second = try #require(try await store.claim(id))
        #expect(second.sealedKey == [1] && second.order == nil)
        #expect(try await store.holds(second))
        #expect(try await !store.holds(first))
        #expect(try await !store.save(first, sealedKey: [2], request: "R", order: "o"))
        let proof = ProofRecord(name: "_acme-challenge.www.example.com", value: String(repeating: "v", count: 43))
        #expect(try await store.publish([proof], for: first) == nil)
        #expect(try await !store.failed(first, "late"))
        #expect(try await store.failed(second, "refused"))
        #expect(try await store.claim(id) == nil)
        #expect(try await states() == ["failed"])
    }

    @Test func `a proof is published once, where it is answered, and withdrawn`() async throws {
        let claimed = try #require(try await store.claim(try await add("requesting")))
        let proofs = ["www", "a.b"].map {
            ProofRecord(name: "_acme-challenge.\($0).example.com", value: String(repeating: "v", count: 43))
        }
        for _ in 0..<2 {
            #expect(try await store.publish(proofs, for: claimed)?.count == 1)
        }
        let outbox = try await superuser.query("SELECT names FROM distribution.outbox ORDER BY id")
        #expect(outbox.count == 1)
        #expect(try outbox.first?.decode(0) == ["_acme-challenge.a.b", "_acme-challenge.www"])
        // Not published by anybody yet.
        #expect(try await !store.isEverywhere([1]))
        try await store.withdraw(claimed)
        #expect(try await superuser.first("SELECT 1 FROM distribution.acme_challenge") == nil)
    }

    @Test(arguments: [
        ("UPDATE app.zone SET active = false", "is not active"),
        ("UPDATE app.zone SET secondary = true", "come from elsewhere"),
        ("UPDATE app.zone SET name = 'w.example'", "is in no zone of the account"),
    ])
    func `where it cannot be answered it is refused`(change: String, reason: String) async throws {
        let claimed = try #require(try await store.claim(try await add("requesting")))
        try await superuser.execute(PostgresQuery(unescaped: change))
        let proof = ProofRecord(name: "_acme-challenge.www.example.com", value: String(repeating: "v", count: 43))
        let error = await #expect(throws: ProofRefusal.self) {
            _ = try await store.publish([proof], for: claimed)
        }
        #expect(error?.description.contains(reason) == true)
    }

    @Test func `what is due is renewed once, failures are tried again after a day, and lost jobs found`() async throws {
        let id = try await add("issued")
        try await superuser.execute("UPDATE app.certificate SET renewal_identifier = 'AK.S'")
        #expect(try await store.renewDue() == 0)
        try await superuser.execute("UPDATE app.certificate SET renew_at = now() - interval '1 second'")
        #expect(try await store.renewDue() == 1)
        #expect(try await store.renewDue() == 0)
        #expect(try await states() == ["issued", "requesting"])
        let new = try #require(try await store.claim(id + 1))
        #expect(new.replaces == "AK.S" && new.names == ["www.example.com"])
        #expect(try await store.failed(new, "no"))
        let audit = try await superuser.query("SELECT action FROM app.audit ORDER BY id DESC LIMIT 1").only()
        #expect(try audit.decode(0) == "certificate.auto_renewal_failed")
        // The job of the first request has ended.
        try await superuser.execute("DELETE FROM jobs.job")
        #expect(try await store.renewDue() == 0)
        try await superuser.execute("UPDATE app.certificate SET updated_at = now() - interval '25 hours'")
        #expect(try await store.renewDue() == 1)
        #expect(try await states() == ["issued", "requesting"])

        // Its worker died in the last attempt, and nobody has the job.
        try await superuser.execute("DELETE FROM jobs.job")
        try await superuser.execute("UPDATE app.certificate SET updated_at = now() - interval '11 minutes'")
        #expect(try await store.renewDue() == 1)
        #expect(try await store.renewDue() == 0)

        let again = try #require(try await store.claim(id + 1))
        let issued = IssuedCertificate(
            leaf: "L2",
            issuers: [],
            renewalIdentifier: nil,
            expires: 2_000_000_000,
            renewal: 1_900_000_000
        )
        #expect(try await store.issued(again, issued))
        #expect(try await states() == ["issued", "issued"])
        #expect(try await store.renewDue() == 0)
    }
}
