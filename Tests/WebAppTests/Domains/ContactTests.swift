// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct ContactTests {
    private static let body = """
        {"label":"Default","first_name":"Ada","last_name":"Berg","job_title":"Owner","organization_name":"Berg AB",\
        "email":"ada@berg.example","phone":"+46 8 123 456 78","fax":"","address1":"Storgatan 1","city":"Uppsala",\
        "state_province":"Uppsala län","postal_code":"753 20","country":"se"}
        """

    @Test func `a contact is made, shown, changed and deleted`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeWebhook()
            let created = try await api.call(.post, "@/contacts", Self.body)
            #expect(created.status == 201)
            let text = """
                {"data":{"id":#,"account_id":#,"label":"Default","first_name":"Ada","last_name":"Berg",\
                "job_title":"Owner","organization_name":"Berg AB","email":"ada@berg.example",\
                "phone":"+46 8 123 456 78","fax":"","address1":"Storgatan 1","address2":"","city":"Uppsala",\
                "state_province":"Uppsala län","postal_code":"753 20","country":"SE","created_at":"T",\
                "updated_at":"T"}}
                """
            #expect(created.normalized == text)
            let id = try #require(created.id)
            #expect(try await api.call(.get, "@/contacts/\(id)").text == created.text)
            let changed = try await api.call(.patch, "@/contacts/\(id)", #"{"city":"Gävle","id":1,"extra":[]}"#)
            #expect(changed.status == 200)
            #expect(changed.normalized == text.replacing("\"Uppsala\"", with: "\"Gävle\""))
            // What changes nothing leaves no trace.
            #expect(try await api.call(.patch, "@/contacts/\(id)", #"{"city":"Gävle"}"#).text == changed.text)
            let deleted = try await api.call(.delete, "@/contacts/\(id)")
            #expect(deleted.status == 204)
            #expect(deleted.text.isEmpty)
            for method in [HTTPRequest.Method.get, .patch, .delete] {
                let gone = try await api.call(method, "@/contacts/\(id)", "{}")
                #expect(gone.status == 404)
                #expect(gone.text == #"{"message":"Contact `\#(id)` not found"}"#)
            }
            #expect(try await api.audit() == ["contact.create", "contact.update", "contact.delete"])
        }
    }

    @Test func `a new contact without anything is told all that is missing`() async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.post, "@/contacts", "{}")
            #expect(answer.status == 400)
            let fields = [
                "first_name", "last_name", "email", "phone", "address1", "city", "state_province", "postal_code",
                "country",
            ]
            let errors = fields.map { #""\#($0)":["can't be blank"]"# }.joined(separator: ",")
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
        }
    }

    @Test(arguments: [
        (#"{"email":"ada"}"#, #"{"email":["is an invalid email address"]}"#),
        (#"{"email":"a@b@c.example"}"#, #"{"email":["is an invalid email address"]}"#),
        (#"{"phone":"call me"}"#, #"{"phone":["is probably not a phone number"]}"#),
        (#"{"phone":"12"}"#, #"{"phone":["is probably not a phone number"]}"#),
        (#"{"fax":"none"}"#, #"{"fax":["is probably not a phone number"]}"#),
        (#"{"country":"SWE"}"#, #"{"country":["is the wrong length (should be 2 characters)"]}"#),
        (#"{"country":"ZZ"}"#, #"{"country":["is not a valid country"]}"#),
        (#"{"job_title":" "}"#, #"{"job_title":["can't be blank"]}"#),
        (#"{"city":""}"#, #"{"city":["can't be blank"]}"#),
        (#"{"city":7}"#, #"{"city":["must be a string"]}"#),
        (
            #"{"label":"\#(String(repeating: "é", count: 256))"}"#,
            #"{"label":["is too long (maximum is 255 characters)"]}"#
        ),
    ])
    func `a change that makes a contact invalid is refused`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            let created = try await api.call(.post, "@/contacts", Self.body)
            let id = try #require(created.id)
            let answer = try await api.call(.patch, "@/contacts/\(id)", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":\#(errors)}"#)
            #expect(try await api.call(.get, "@/contacts/\(id)").text == created.text)
        }
    }

    @Test func `contacts are sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            var ids: [Int64] = []
            for label in ["b", "a", "c"] {
                let body = Self.body.replacing("Default", with: label)
                ids.append(try #require(try await api.call(.post, "@/contacts", body).id))
            }
            #expect(try await api.call(.get, "@/contacts").ids == ids)
            #expect(try await api.call(.get, "@/contacts?sort=label").ids == [ids[1], ids[0], ids[2]])
            #expect(try await api.call(.get, "@/contacts?sort=email:asc,id:desc").ids == ids.reversed())
            let page = try await api.call(.get, "@/contacts?per_page=2&page=2")
            #expect(page.ids == [ids[2]])
            #expect(page.text.contains(#""current_page":2,"per_page":2,"total_entries":3,"total_pages":2"#))
            #expect(try await api.call(.get, "@/contacts/").ids == ids)
        }
    }

    @Test func `a contact that a domain names as its registrant stays`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/contacts", Self.body).id)
            let domain = try #require(try await api.makeDomain("example.com").id)
            try await api.makeDomain("example.net")
            try await api.pool.execute("UPDATE app.domain SET registrant_id = \(id) WHERE id = \(domain)")
            let refused = try await api.call(.delete, "@/contacts/\(id)")
            #expect(refused.status == 400)
            #expect(refused.text == #"{"message":"The contact cannot be deleted because it's currently in use"}"#)
            #expect(try await api.call(.get, "@/contacts/\(id)").status == 200)
            let listed = try await api.call(.get, "@/domains?registrant_id=\(id)")
            #expect(listed.ids == [domain])
            #expect(listed.text.contains(#""registrant_id":\#(id),"name":"example.com""#))
            #expect(try await api.call(.get, "@/domains?registrant_id=\(id + 1)").ids == [])
            #expect(try await api.call(.get, "@/domains?registrant_id=x").ids == [])
            #expect(try await api.call(.delete, "@/domains/example.com").status == 204)
            #expect(try await api.call(.delete, "@/contacts/\(id)").status == 204)
        }
    }

    @Test func `contacts are their account's`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/contacts", Self.body).id)
            let other = try await api.otherAccount()
            for method in [HTTPRequest.Method.get, .patch, .delete] {
                let answer = try await api.call(
                    method,
                    "\(other.account.id)/contacts/\(id)",
                    "{}",
                    as: .token(other.token)
                )
                #expect(answer.status == 404)
            }
            #expect(try await api.call(.get, "\(other.account.id)/contacts", as: .token(other.token)).ids == [])
            try await api.expectGuards(.get, "@/contacts", scope: "contacts")
            try await api.expectGuards(.post, "@/contacts", Self.body, scope: "contacts")
            try await api.expectGuards(.patch, "@/contacts/\(id)", "{}", scope: "contacts")
            try await api.expectGuards(.delete, "@/contacts/\(id)", scope: "contacts")
        }
    }
}
