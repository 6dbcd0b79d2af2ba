// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct TemplateTests {
    private static let body = #"{"sid":"mail","name":"Mail","description":"Our mail"}"#

    @Test func `a template is made, shown by id and short name, changed and deleted`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await api.call(.post, "@/webhooks", #"{"url":"https://hook.example/"}"#)
            let made = try await api.call(.post, "@/templates", Self.body)
            #expect(made.status == 201)
            let text = """
                {"data":{"id":#,"account_id":#,"name":"Mail","sid":"mail","description":"Our mail","created_at":"T",\
                "updated_at":"T"}}
                """
            #expect(made.normalized == text)
            let id = try #require(made.id)
            for path in ["@/templates/mail", "@/templates/\(id)", "@/templates/mail/"] {
                #expect(try await api.call(.get, path).text == made.text)
            }
            let updated = try await api.call(.patch, "@/templates/mail", #"{"name":"Post","id":99}"#)
            #expect(updated.status == 200)
            #expect(updated.normalized == text.replacing(#""name":"Mail""#, with: #""name":"Post""#))
            // What changes nothing leaves no trace.
            #expect(try await api.call(.patch, "@/templates/mail", #"{"sid":"mail"}"#).text == updated.text)
            #expect(try await api.call(.delete, "@/templates/mail").status == 204)
            #expect(
                try await api.call(.get, "@/templates/mail").text == #"{"message":"Template `mail` not found"}"#
            )
            let actions = ["webhook.create", "template.create", "template.update", "template.delete"]
            #expect(try await api.auditedActions() == actions)
            let jobs = try await api.jobs()
            #expect(jobs.map(\.name) == actions)
            #expect(
                jobs.allSatisfy { $0.name == "webhook.create" || $0.body.hasPrefix(#"{"data":{"template":{"id":"#) }
            )
        }
    }

    @Test func `templates are sorted and paged`() async throws {
        try await TestAPI.run { api async throws in
            for (sid, name) in [("c", "A"), ("a", "B"), ("b", "C")] {
                #expect(
                    try await api.call(.post, "@/templates", #"{"sid":"\#(sid)","name":"\#(name)"}"#).status == 201
                )
            }
            func sids(_ query: String) async throws -> String {
                try await api.call(.get, "@/templates?\(query)").text.matches(of: #/"sid":"(\w)"/#)
                    .map { String($0.output.1) }.joined()
            }
            #expect(try await sids("") == "cab")
            #expect(try await sids("sort=sid") == "abc")
            #expect(try await sids("sort=name:desc") == "bac")
            #expect(try await sids("sort=id:desc&per_page=2&page=2") == "c")
        }
    }

    @Test(arguments: [
        (#"{}"#, #""name":["can't be blank"],"sid":["can't be blank"]"#),
        (#"{"name":"x","sid":"a b"}"#, #""sid":["may only have letters, digits, hyphens and underscores"]"#),
        (#"{"name":"x","sid":"12"}"#, #""sid":["may not be a number"]"#),
        (#"{"name":3,"sid":"a"}"#, #""name":["must be a string"]"#),
        (#"{"name":"x","sid":"taken"}"#, #""sid":["has already been taken"]"#),
    ])
    func `bad fields are named`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            #expect(try await api.call(.post, "@/templates", #"{"name":"x","sid":"taken"}"#).status == 201)
            let answer = try await api.call(.post, "@/templates", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
        }
    }

    @Test func `a short name is taken once an account, also by a change`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await api.call(.post, "@/templates", #"{"name":"x","sid":"one"}"#)
            _ = try await api.call(.post, "@/templates", #"{"name":"x","sid":"two"}"#)
            let answer = try await api.call(.patch, "@/templates/two", #"{"sid":"one"}"#)
            #expect(answer.status == 400)
            #expect(answer.text.contains("has already been taken"))
            let other = try await api.otherAccount()
            let path = "\(other.account.id)/templates"
            #expect(
                try await api.call(.post, path, #"{"name":"x","sid":"one"}"#, as: .token(other.token)).status == 201
            )
        }
    }

    @Test func `records are added, listed, shown and deleted`() async throws {
        try await TestAPI.run { api async throws in
            _ = try await api.call(.post, "@/templates", Self.body)
            let made = try await api.call(
                .post,
                "@/templates/mail/records",
                #"{"name":"","type":"mx","content":"mx.{{domain}}","priority":10,"ttl":600}"#
            )
            #expect(made.status == 201)
            #expect(
                made.text.replacing(#/"template_id":\d+/#, with: #""template_id":#"#).isEmpty == false
                    && made.normalized.replacing(#/"template_id":\d+/#, with: #""template_id":#"#) == """
                        {"data":{"id":#,"template_id":#,"name":"","content":"mx.{{domain}}","ttl":600,"priority":10,\
                        "type":"MX","created_at":"T","updated_at":"T"}}
                        """
            )
            let id = try #require(made.id)
            let second = try #require(
                try await api.call(
                    .post,
                    "@/templates/mail/records",
                    #"{"name":"WWW","type":"CNAME","content":"@"}"#
                ).id
            )
            #expect(try await api.call(.get, "@/templates/mail/records/\(id)").text == made.text)
            #expect(try await api.call(.get, "@/templates/mail/records").ids == [id, second])
            #expect(try await api.call(.get, "@/templates/mail/records?sort=type").ids == [second, id])
            #expect(try await api.call(.get, "@/templates/mail/records?per_page=1&page=2").ids == [second])
            #expect(try await api.call(.delete, "@/templates/mail/records/\(id)").status == 204)
            #expect(
                try await api.call(.get, "@/templates/mail/records/\(id)").text
                    == #"{"message":"Record `\#(id)` not found"}"#
            )
            #expect(try await api.call(.patch, "@/templates/mail/records/\(second)", "{}").status == 405)
            #expect(
                try await api.call(.get, "@/templates/none/records").text
                    == #"{"message":"Template `none` not found"}"#
            )
            #expect(
                try await api.auditedActions() == [
                    "template.create", "template_record.create", "template_record.create", "template_record.delete",
                ]
            )
        }
    }

    @Test(arguments: [
        (#"{"name":"a","type":"BOGUS","content":"x"}"#, #""record_type":["unsupported"]"#),
        (#"{"name":"a","type":"A"}"#, #""content":["can't be blank"]"#),
        (#"{"name":"a","type":"A","content":"192.0.2.1","ttl":"x"}"#, #""ttl":["is not a number"]"#),
        (#"{"name":"a..b","type":"A","content":"192.0.2.1"}"#, #""name":["has an empty label"]"#),
    ])
    func `bad records are refused`(body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            _ = try await api.call(.post, "@/templates", Self.body)
            let answer = try await api.call(.post, "@/templates/mail/records", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
        }
    }

    @Test func `applying puts the domain where the variables stand`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a-domain.example")
            _ = try await api.call(.post, "@/webhooks", #"{"url":"https://hook.example/"}"#)
            _ = try await api.call(.post, "@/templates", Self.body)
            for record in [
                #"{"name":"www","type":"CNAME","content":"@"}"#,
                #"{"name":"","type":"MX","content":"mx.{{domain}}","priority":5}"#,
                #"{"name":"_sip._tcp","type":"SRV","content":"1 5060 sip.@.","priority":7}"#,
                #"{"name":"txt","type":"TXT","content":"of {{ domain }} and {{other}}"}"#,
            ] {
                #expect(try await api.call(.post, "@/templates/mail/records", record).status == 201)
            }
            let before = try await api.jobs().count
            let applied = try await api.call(.post, "@/domains/a-domain.example/templates/mail", "{}")
            #expect(applied.status == 204)
            #expect(applied.text.isEmpty)
            let records = try await api.call(.get, "@/zones/a-domain.example/records?per_page=100").text
            for content in [
                #""name":"www","content":"a-domain.example","#, #""name":"","content":"mx.a-domain.example","#,
                #""content":"1 5060 sip.a-domain.example.","#, #""content":"of a-domain.example and {{other}}""#,
            ] {
                #expect(records.contains(content), "\(content) in \(records)")
            }
            let jobs = try await api.jobs().dropFirst(before)
            #expect(jobs.map(\.name) == Array(repeating: "zone_record.create", count: 4) + ["template.apply"])
            #expect(jobs.last?.body.contains(#"{"data":{"template":{"id":"#) == true)
            #expect(jobs.last?.body.contains(#""zone":{"id":"#) == true)
            let version = try await api.pool.first("SELECT version FROM app.zone")
            #expect(try version?.decode(0) == Int64(2))
        }
    }

    @Test func `a conflict leaves the zone as it was and names the record`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a-domain.example")
            _ = try await api.call(.post, "@/templates", Self.body)
            for record in [
                #"{"name":"new","type":"A","content":"192.0.2.1"}"#,
                #"{"name":"www","type":"CNAME","content":"elsewhere.example"}"#,
                #"{"name":"old","type":"A","content":"192.0.2.2"}"#,
            ] {
                #expect(try await api.call(.post, "@/templates/mail/records", record).status == 201)
            }
            for record in [
                #"{"name":"www","type":"A","content":"192.0.2.7"}"#,
                #"{"name":"old","type":"A","content":"192.0.2.2"}"#,
            ] {
                _ = try await api.call(.post, "@/zones/a-domain.example/records", record)
            }
            let before = try await api.call(.get, "@/zones/a-domain.example/records").text
            let answer = try await api.call(.post, "@/domains/a-domain.example/templates/mail")
            #expect(answer.status == 400)
            #expect(
                answer.text == """
                    {"message":"Validation failed","errors":{"base":["www CNAME: CNAME records cannot coexist with \
                    other records of the same name","old A: Zone record already exists"]}}
                    """
            )
            #expect(try await api.call(.get, "@/zones/a-domain.example/records").text == before)
        }
    }

    @Test func `templates and domains are their account's, and a read-only token changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("a-domain.example")
            let id = try #require(try await api.call(.post, "@/templates", Self.body).id)
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            for (method, path) in [
                (HTTPRequest.Method.get, "templates/\(id)"), (.patch, "templates/mail"), (.delete, "templates/\(id)"),
                (.get, "templates/mail/records"), (.post, "templates/mail/records"),
            ] {
                let body = #"{"name":"","type":"A","content":"192.0.2.1"}"#
                let answer = try await api.call(method, "\(other.account.id)/\(path)", body, as: theirs)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.text.contains("Template `"))
            }
            let foreign = try await api.call(
                .post,
                "\(other.account.id)/domains/a-domain.example/templates/mail",
                as: theirs
            )
            #expect(foreign.text == #"{"message":"Domain `a-domain.example` not found"}"#)
            #expect(
                try await api.call(.post, "@/domains/a-domain.example/templates/none").text
                    == #"{"message":"Template `none` not found"}"#
            )
            let reader = TestAPI.Credentials.token(try await api.readOnlyToken())
            #expect(try await api.call(.get, "@/templates/mail", as: reader).status == 200)
            for (method, path, resource) in [
                (HTTPRequest.Method.post, "templates", "templates"), (.delete, "templates/mail", "templates"),
                (.post, "templates/mail/records", "templates"),
                (.post, "domains/a-domain.example/templates/mail", "domains"),
            ] {
                let answer = try await api.call(method, "@/\(path)", Self.body, as: reader)
                #expect(answer.status == 403)
                #expect(answer.text.contains("\(resource):"))
            }
        }
    }
}
