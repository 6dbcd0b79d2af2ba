// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Postgres
import Testing

@testable import WebApp

@Suite struct ServiceTests {
    private static let path = "@/domains/shop.example/services"

    private func contents(_ api: TestAPI) async throws -> [String] {
        let answer = try await api.call(.get, "@/zones/shop.example/records?per_page=100&sort=id")
        return answer.text.matches(
            of: #/"name":"([^"]*)","content":"((?:[^"\\]|\\.)*)","ttl":\d+,"priority":[^,]+,"type":"(\w+)"/#
        )
        .map { "\($0.output.1) \($0.output.3) \($0.output.2)" }
        .filter { !$0.contains("zonewright.example") }
    }

    @Test func `the catalogue is listed and shown`() async throws {
        try await TestAPI.run { api async throws in
            let list = try await api.call(.get, "services?per_page=100")
            #expect(list.status == 200)
            #expect(list.ids == ServiceCatalogue.all.map(\.id))
            #expect(try await api.call(.get, "services?sort=sid:desc&per_page=2&page=1").ids.count == 2)
            #expect(try await api.call(.get, "services?sort=sid:desc&per_page=1").text.contains(#""sid":"zoho-mail""#))
            let one = try await api.call(.get, "services/heroku")
            #expect(
                one.normalized == """
                    {"data":{"id":#,"name":"Heroku","sid":"heroku","description":"An application of Heroku at www.",\
                    "setup_description":"Add www below the domain with heroku domains:add, which shows the DNS target.",\
                    "requires_setup":true,"default_subdomain":"www","created_at":"T","updated_at":"T",\
                    "settings":[{"name":"target","label":"DNS target","append":".herokudns.com",\
                    "description":"The first part of the DNS target that Heroku shows.",\
                    "example":"whispering-willow-5678","password":false}]}}
                    """
            )
            #expect(try await api.call(.get, "services/22").text == one.text)
            #expect(try await api.call(.get, "services/none").text == #"{"message":"Service `none` not found"}"#)
            #expect(try await api.call(.get, "services", as: .none).status == 401)
        }
    }

    @Test(arguments: ServiceCatalogue.all)
    func `every service can be applied with its own examples and taken away again`(service: Service) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            let before = try await contents(api)
            let settings = service.settings.map { #""\#($0.name)":"\#($0.example)""# }.joined(separator: ",")
            let applied = try await api.call(.post, "\(Self.path)/\(service.sid)", #"{"settings":{\#(settings)}}"#)
            #expect(applied.status == 204, "\(applied.text)")
            let made = try await contents(api)
            #expect(made.count == before.count + service.records.count)
            #expect(made.allSatisfy { !$0.contains("{{") })
            #expect(try await api.call(.get, Self.path).ids == [service.id])
            #expect(try await api.call(.delete, "\(Self.path)/\(service.id)").status == 204)
            #expect(try await contents(api) == before)
            #expect(try await api.call(.get, Self.path).ids == [])
        }
    }

    @Test func `ids and short names are unique, and short names are no numbers`() {
        let services = ServiceCatalogue.all
        #expect(Set(services.map(\.id)).count == services.count)
        #expect(Set(services.map(\.sid)).count == services.count)
        #expect(services.allSatisfy { Int64($0.sid) == nil })
        #expect(services.count >= 10)
    }

    @Test func `a service without required settings makes only what it can`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            #expect(try await api.call(.post, "\(Self.path)/google-workspace").status == 204)
            #expect(
                try await contents(api) == [
                    " MX smtp.google.com", " TXT v=spf1 include:_spf.google.com ~all",
                ]
            )
            let again = try await api.call(.post, "\(Self.path)/google-workspace")
            #expect(again.status == 400)
        }
    }

    @Test func `settings stand in the body or below settings, and common forms of them are taken`() async throws {
        for body in [#"{"target":"my-app"}"#, #"{"settings":{"target":" My-App.herokudns.com "}}"#] {
            try await TestAPI.run { api async throws in
                try await api.makeDomain("shop.example")
                #expect(try await api.call(.post, "\(Self.path)/heroku", body).status == 204)
                #expect(try await contents(api) == ["www CNAME my-app.herokudns.com"])
            }
        }
    }

    @Test(arguments: [
        ("heroku", #"{}"#, #""target":["can't be blank"]"#),
        ("heroku", #"{"target":"a b"}"#, #""target":["is invalid"]"#),
        ("heroku", #"{"target":"a.b"}"#, #""target":["is invalid"]"#),
        ("heroku", #"{"target":5}"#, #""target":["must be a string"]"#),
        ("heroku", #"{"settings":[]}"#, #""settings":["must be an object"]"#),
        ("sendgrid", #"{"subdomain":"em1"}"#, #""host":["can't be blank"]"#),
        ("sendgrid", #"{"subdomain":"em1","host":"nodots"}"#, #""host":["is invalid"]"#),
        ("fly-io", #"{"app":"a","ip":"192.0.2.256"}"#, #""ip":["is invalid"]"#),
        ("google-workspace", #"{"verification":"a\"b"}"#, #""verification":["is invalid"]"#),
        ("google-workspace", #"{"verification":"{{dkim}}"}"#, #""verification":["is invalid"]"#),
    ])
    func `bad settings are named`(service: String, body: String, errors: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            let answer = try await api.call(.post, "\(Self.path)/\(service)", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{\#(errors)}}"#)
            #expect(try await contents(api) == [])
        }
    }

    @Test func `taking a service away leaves what it did not make`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            _ = try await api.call(.post, "@/webhooks", #"{"url":"https://hook.example/"}"#)
            _ = try await api.call(
                .post,
                "@/zones/shop.example/records",
                #"{"name":"own","type":"A","content":"192.0.2.1"}"#
            )
            #expect(try await api.call(.post, "\(Self.path)/shopify").status == 204)
            let ids = try await api.call(.get, "@/zones/shop.example/records?name=&type=A").ids
            // One record of the service went already, and the customer made another one in its place.
            #expect(try await api.call(.delete, "@/zones/shop.example/records/\(ids[0])").status == 204)
            _ = try await api.call(
                .post,
                "@/zones/shop.example/records",
                #"{"name":"","type":"A","content":"192.0.2.9"}"#
            )
            #expect(try await api.call(.delete, "\(Self.path)/shopify").status == 204)
            #expect(try await contents(api) == ["own A 192.0.2.1", " A 192.0.2.9"])
            let deleted = try await api.jobs().suffix(2)
            #expect(deleted.map(\.name) == ["zone_record.delete", "zone_record.delete"])
            #expect(try await api.auditedActions().suffix(1) == ["service.unapply"])
            #expect(
                try await api.call(.delete, "\(Self.path)/shopify").text
                    == #"{"message":"Service `shopify` not found"}"#
            )
            #expect(try await api.call(.delete, "\(Self.path)/none").status == 404)
        }
    }

    @Test func `conflicts are named, a second SPF record among them, and nothing is made`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            for record in [
                #"{"name":"","type":"TXT","content":"v=spf1 -all"}"#,
                #"{"name":"www","type":"A","content":"192.0.2.1"}"#,
            ] {
                _ = try await api.call(.post, "@/zones/shop.example/records", record)
            }
            let before = try await contents(api)
            let policy = try await api.call(.post, "\(Self.path)/fastmail")
            #expect(policy.status == 400)
            #expect(policy.text.contains(#"{"base":["@ TXT: The name already has an SPF record"]}"#))
            let web = try await api.call(.post, "\(Self.path)/shopify")
            #expect(web.status == 400)
            #expect(web.text.contains("www CNAME: CNAME records cannot coexist"))
            #expect(try await contents(api) == before)
            #expect(try await api.call(.get, Self.path).ids == [])
        }
    }

    @Test func `services of a domain are its account's, and a read-only token changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("shop.example")
            let other = try await api.otherAccount()
            let theirs = TestAPI.Credentials.token(other.token)
            let path = "\(other.account.id)/domains/shop.example/services"
            for (method, path) in [
                (HTTPRequest.Method.get, path), (.post, "\(path)/shopify"), (.delete, "\(path)/shopify"),
            ] {
                let answer = try await api.call(method, path, as: theirs)
                #expect(answer.text == #"{"message":"Domain `shop.example` not found"}"#)
            }
            let reader = TestAPI.Credentials.token(try await api.readOnlyToken())
            #expect(try await api.call(.get, Self.path, as: reader).status == 200)
            #expect(try await api.call(.post, "\(Self.path)/shopify", as: reader).status == 403)
            #expect(try await api.call(.delete, "\(Self.path)/shopify", as: reader).status == 403)
            #expect(try await contents(api) == [])
        }
    }
}
