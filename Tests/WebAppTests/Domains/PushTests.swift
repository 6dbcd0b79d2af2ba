// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct PushTests {
    private static let contact = """
        {"first_name":"Bo","last_name":"Lind","email":"bo@lind.example","phone":"+46 8 123 456","address1":"Torget 2",\
        "city":"Umeå","state_province":"Västerbotten","postal_code":"903 26","country":"SE"}
        """

    @Test func `an accepted push moves the domain, the zone and its records at once`() async throws {
        try await TestAPI.run { api async throws in
            let domain = try #require(try await api.makeDomain("example.com").id)
            let record = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"type":"A","name":"www","content":"192.0.2.1"}"#
            )
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            let there = String(other.account.id)
            let outbox = try await Self.outbox(api)

            let shown = try await api.call(.get, "/x/v1/\(there)/identifier", as: theirs)
            let identifier = try #require(shown.text.firstMatch(of: #/"identifier":"([0-9a-f-]{36})"/#)?.output.1)
            let push = try await api.call(
                .post,
                "@/domains/example.com/pushes",
                #"{"new_account_identifier":"\#(identifier)"}"#
            )
            #expect(push.status == 201)
            let id = try #require(push.id)
            let text = """
                {"data":{"id":\(id),"domain_id":\(domain),"contact_id":null,"account_id":\(there),\
                "created_at":"T","updated_at":"T","accepted_at":null}}
                """
            #expect(push.text.replacing(#/"\d{4}-[^"]*Z"/#, with: "\"T\"") == text)
            let offers = try await api.call(.get, "\(there)/pushes", as: theirs)
            #expect(offers.ids == [id])
            #expect(try await api.call(.get, "@/pushes").ids == [])
            // Until it is accepted nothing has moved.
            #expect(try await api.call(.get, "\(there)/domains/example.com", as: theirs).status == 404)

            let contact = try #require(try await api.call(.post, "\(there)/contacts", Self.contact, as: theirs).id)
            let accepted = try await api.call(
                .post,
                "\(there)/pushes/\(id)",
                #"{"contact_id":\#(contact)}"#,
                as: theirs
            )
            #expect(accepted.status == 204)
            #expect(try await api.call(.get, "@/domains/example.com").status == 404)
            #expect(try await api.call(.get, "@/zones/example.com").status == 404)
            let moved = try await api.call(.get, "\(there)/domains/example.com", as: theirs)
            #expect(moved.text.contains(#"{"id":\#(domain),"account_id":\#(there),"registrant_id":\#(contact),"#))
            let recordID = try #require(record.id)
            #expect(
                try await api.call(.get, "\(there)/zones/example.com/records/\(recordID)", as: theirs).text
                    == record.text
            )
            #expect(try await Self.outbox(api) == outbox)
            #expect(try await api.call(.get, "\(there)/pushes", as: theirs).ids == [])
            #expect(try await api.call(.post, "\(there)/pushes/\(id)", "{}", as: theirs).status == 404)
            // The new owner's contact is in use now.
            #expect(try await api.call(.delete, "\(there)/contacts/\(contact)", as: theirs).status == 400)
        }
    }

    private static func outbox(_ api: TestAPI) async throws -> Int64 {
        try await api.pool.query("SELECT count(*) AS n FROM distribution.outbox").first?.decode("n") ?? -1
    }

    @Test func `both accounts are told, and neither learns the other's address or token`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            try await api.makeWebhook()
            try await api.makeWebhook(of: other.account)
            let body = #"{"new_account_email":"OTHER@example.com"}"#
            let first = try #require(try await api.call(.post, "@/domains/example.com/pushes", body).id)
            #expect(try await api.call(.delete, "\(other.account.id)/pushes/\(first)", as: theirs).status == 204)
            let second = try #require(try await api.call(.post, "@/domains/example.com/pushes", body).id)
            #expect(try await api.call(.post, "\(other.account.id)/pushes/\(second)", as: theirs).status == 204)
            let actions = ["push.initiate", "push.reject", "push.initiate", "push.accept"]
            #expect(try await api.audit() == ["domain.create"] + actions)
            #expect(try await api.audit(of: other.account) == actions)
            let rows = try await api.pool.query(
                """
                SELECT actor = 'account:' || account_id AS own, token_id IS NOT NULL AS has_token
                FROM app.audit WHERE action LIKE 'push.%'
                """
            )
            #expect(rows.count == 8)
            for row in rows {
                #expect(try row.decode("own", as: Bool.self) == row.decode("has_token", as: Bool.self))
            }
        }
    }

    @Test func `of all answers to an offer that come at once one counts`() async throws {
        try await TestAPI.run { api async throws in
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            for round in 0..<6 {
                let name = "round\(round).example"
                try await api.makeDomain(name)
                let body = #"{"new_account_email":"other@example.com"}"#
                let id = try #require(try await api.call(.post, "@/domains/\(name)/pushes", body).id)
                // Two accept, two reject, one takes it back, one deletes the domain.
                let answers = try await withThrowingTaskGroup(of: (kind: String, status: Int).self) { group in
                    let path = "\(other.account.id)/pushes/\(id)"
                    for _ in 0..<2 {
                        group.addTask { ("accept", try await api.call(.post, path, "{}", as: theirs).status) }
                        group.addTask { ("reject", try await api.call(.delete, path, as: theirs).status) }
                    }
                    group.addTask { ("reject", try await api.call(.delete, "@/pushes/\(id)").status) }
                    group.addTask { ("delete", try await api.call(.delete, "@/domains/\(name)").status) }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers.allSatisfy { [204, 404].contains($0.status) }, "\(answers)")
                let accepted = answers.count { $0.kind == "accept" && $0.status == 204 }
                let rejected = answers.count { $0.kind == "reject" && $0.status == 204 }
                let deleted = answers.count { $0.kind == "delete" && $0.status == 204 }
                // Who deletes first leaves nothing to be answered; a rejection leaves the domain to be deleted.
                #expect(accepted + rejected <= 1 && accepted + deleted == 1, "\(answers)")
                let here = try await api.call(.get, "@/domains/\(name)").status
                let there = try await api.call(.get, "\(other.account.id)/domains/\(name)", as: theirs).status
                #expect(here == 404 && there == (accepted == 1 ? 200 : 404), "\(answers)")
                #expect(try await api.call(.get, "\(other.account.id)/zones/\(name)", as: theirs).status == there)
                #expect(try await api.call(.get, "\(other.account.id)/pushes", as: theirs).ids == [])
            }
            let count = try await api.audit().count { ["push.accept", "push.reject"].contains($0) }
            #expect(
                try await api.audit(of: other.account).count { ["push.accept", "push.reject"].contains($0) } == count
            )
        }
    }

    @Test(arguments: [
        ("{}", #"{"new_account_identifier":["can't be blank"]}"#),
        (#"{"new_account_identifier":"x"}"#, #"{"new_account_identifier":["is not an account's identifier"]}"#),
        (
            #"{"new_account_identifier":"00000000-0000-4000-8000-000000000000"}"#,
            #"{"new_account_identifier":["is not known"]}"#
        ),
        (#"{"new_account_email":"nobody@example.com"}"#, #"{"new_account_email":["is not known"]}"#),
        (#"{"new_account_email":"owner@example.com"}"#, #"{"new_account_email":["has the domain already"]}"#),
    ])
    func `an offer to nobody else is refused`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let answer = try await api.call(.post, "@/domains/example.com/pushes", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
        }
    }

    @Test func `a domain is offered once at a time, and its owner can take the offer back`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.otherAccount()
            let body = #"{"new_account_email":"other@example.com"}"#
            let id = try #require(try await api.call(.post, "@/domains/example.com/pushes", body).id)
            let again = try await api.call(.post, "@/domains/example.com/pushes", body)
            #expect(again.status == 400)
            #expect(again.text.contains("The domain has been offered to an account already"))
            // Who offers cannot accept.
            #expect(try await api.call(.post, "@/pushes/\(id)", "{}").status == 404)
            #expect(try await api.call(.delete, "@/pushes/\(id)").status == 204)
            let gone = try await api.call(.delete, "@/pushes/\(id)")
            #expect(gone.status == 404)
            #expect(gone.text == #"{"message":"Domain push `\#(id)` not found"}"#)
            #expect(try await api.call(.post, "@/domains/example.com/pushes", body).status == 201)
        }
    }

    @Test func `only a contact of the receiving account becomes the registrant`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let foreign = try #require(try await api.call(.post, "@/contacts", Self.contact).id)
            let other = try await api.otherAccount()
            let body = #"{"new_account_email":"other@example.com"}"#
            let id = try #require(try await api.call(.post, "@/domains/example.com/pushes", body).id)
            let answer = try await api.call(
                .post,
                "\(other.account.id)/pushes/\(id)",
                #"{"contact_id":\#(foreign)}"#,
                as: .token(other.token)
            )
            #expect(answer.status == 400)
            #expect(answer.text.contains(#"{"contact_id":["is not a contact of the account"]}"#))
            #expect(try await api.call(.get, "@/domains/example.com").status == 200)
        }
    }

    @Test func `pushes have their guards`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let offer = #"{"new_account_email":"other@example.com"}"#
            let missing = try await api.call(.post, "@/domains/missing.example/pushes", offer)
            #expect(missing.status == 404)
            #expect(missing.text == #"{"message":"Domain `missing.example` not found"}"#)
            try await api.expectGuards(.post, "@/domains/example.com/pushes", "{}", scope: "domains")
            try await api.expectGuards(.get, "@/pushes", scope: "domains")
            try await api.expectGuards(.post, "@/pushes/1", "{}", scope: "domains")
            try await api.expectGuards(.delete, "@/pushes/1", scope: "domains")
            #expect(try await api.call(.get, "/x/v1/@/identifier", as: .none).status == 401)
        }
    }
}
