// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite struct ChallengeExpiryTests {
    @Test func `challenge records go at the age that was asked for, and nothing else does`() async throws {
        let fixture = try await EditorFixture.make()
        let store = ChallengeExpiryStore(pool: fixture.pool)
        for zone in ["example.com", "kept.example"] {
            let made = try await fixture.makeZone(zone)
            for (owner, type) in [
                ("_acme-challenge", "TXT"), ("_acme-challenge.www", "TXT"), ("_acme-challenges", "TXT"),
                ("_acme-challenge", "CAA"), ("www._acme-challenge", "TXT"),
            ] {
                let content = type == "TXT" ? "token" : #"0 issue "ca.example""#
                try await fixture.create(RecordInput(name: owner, type: type, content: content), in: zone)
            }
            #expect(try await store.expiry(zone: made.id).hours == nil)
        }
        try await fixture.superuser.execute("UPDATE app.record SET updated_at = updated_at - interval '5 hours'")
        try await fixture.create(RecordInput(name: "_acme-challenge", type: "TXT", content: "fresh"))
        try await store.set(
            try ChallengeExpiry(hours: 6),
            account: fixture.account,
            zone: .name("example.com"),
            context: fixture.context
        )
        // Nothing is as old as that yet.
        let before = try await fixture.footprint()
        #expect(try await fixture.editor.expireChallenges { _ in true } == 0)
        #expect(try await fixture.footprint() == before)

        try await store.set(
            try ChallengeExpiry(hours: 4),
            account: fixture.account,
            zone: .name("example.com"),
            context: fixture.context
        )
        #expect(try await fixture.editor.expireChallenges { _ in false } == 0)
        let version = try await fixture.zone().version
        #expect(try await fixture.editor.expireChallenges { _ in true } == 2)
        #expect(try await fixture.editor.expireChallenges { _ in true } == 0)
        let left = try await fixture.records().filter { $0.name.contains("_acme") }
        #expect(
            Set(left.map { "\($0.name) \($0.type)" }) == [
                "_acme-challenge TXT", "_acme-challenge CAA", "_acme-challenges TXT", "www._acme-challenge TXT",
            ]
        )
        #expect(left.first { $0.type == "TXT" && $0.name == "_acme-challenge" }?.content.contains("fresh") == true)
        #expect(try await fixture.zone().version == version + 1)
        #expect(try await fixture.records("kept.example").filter { $0.name.contains("_acme") }.count == 5)
        let audit = try await fixture.superuser.query(
            "SELECT actor, subject FROM app.audit WHERE action = 'zone.expire_challenges'"
        )
        #expect(try audit.map { [try $0.decode(0), try $0.decode(1)] as [String] } == [["platform", "example.com"]])
    }

    @Test func `zones whose records come from elsewhere are left alone`() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        try await fixture.create(RecordInput(name: "_acme-challenge", type: "TXT", content: "token"))
        try await fixture.superuser.execute("UPDATE app.record SET updated_at = updated_at - interval '5 hours'")
        try await fixture.superuser.execute("INSERT INTO app.challenge_expiry (zone_id, hours) VALUES (\(zone.id), 1)")
        for (state, count) in [
            ("secondary = true", 0), ("secondary = false, presigned_at = now()", 0), ("presigned_at = NULL", 1),
        ] {
            try await fixture.superuser.execute("UPDATE app.zone SET \(unescaped: state)")
            #expect(try await fixture.editor.expireChallenges { _ in true } == count)
        }
    }
}
