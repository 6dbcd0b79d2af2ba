// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Foundation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebApp

/// What webhooks are told of each mutation: its name, the members of its data, and the envelope.
@Suite struct EventTests {
    private static let contact = """
        {"first_name":"Bo","last_name":"Lind","email":"bo@lind.example","phone":"+46 8 123 456","address1":"Torget 2",\
        "city":"Umeå","state_province":"Västerbotten","postal_code":"903 26","country":"SE"}
        """
    private static let zone = "@/zones/example.com"
    private static let domain = "@/domains/example.com"

    /// A request and the events that it makes, each with the members of its data. `#` in a path stands for the id in the
    /// answer before.
    private struct Step: Sendable {
        let method: HTTPRequest.Method
        let path: String
        let body: String?
        let events: [String]

        init(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, _ events: String...) {
            self.method = method
            self.path = path
            self.body = body
            self.events = events
        }
    }

    private static let record = #"{"type":"A","name":"www","content":"192.0.2.1"}"#
    private static let steps: [Step] = [
        Step(.post, "@/domains", #"{"name":"example.com"}"#, "domain.create domain", "zone.create zone"),
        Step(.post, zone + "/records", record, "zone_record.create zone_record"),
        Step(.patch, zone + "/records/#", #"{"ttl":60}"#, "zone_record.update zone_record"),
        Step(.delete, zone + "/records/#", nil, "zone_record.delete zone_record"),
        Step(
            .post,
            zone + "/batch",
            #"{"creates":[{"type":"A","name":"b","content":"192.0.2.2"},{"type":"A","name":"c","content":"192.0.2.3"}]}"#,
            "zone_record.create zone_record",
            "zone_record.create zone_record"
        ),
        Step(.delete, zone + "/activation", nil, "domain.resolution_disable domain"),
        Step(.put, zone + "/activation", nil, "domain.resolution_enable domain"),
        Step(.put, zone + "/activation", nil),
        Step(
            .put,
            zone + "/ns_records",
            #"{"ns_names":["ns1.example.net"]}"#,
            "zone_record.delete zone_record",
            "zone_record.delete zone_record",
            "zone_record.delete zone_record",
            "zone_record.update zone_record"
        ),
        Step(
            .put,
            "@/registrar/domains/example.com/delegation",
            #"["ns1.example.net"]"#,
            "domain.delegation_change domain,name_servers"
        ),
        // Nothing in the list of events is for DS records by themselves.
        Step(.post, domain + "/ds_records", #"{"algorithm":"13","public_key":"AAAA"}"#),
        Step(.delete, domain + "/ds_records/#", nil),
        Step(.post, "@/contacts", contact, "contact.create contact"),
        Step(.patch, "@/contacts/#", #"{"label":"x"}"#, "contact.update contact"),
        Step(.delete, "@/contacts/#", nil, "contact.delete contact"),
        Step(.post, "@/templates", #"{"sid":"t","name":"T"}"#, "template.create template"),
        Step(.patch, "@/templates/t", #"{"name":"U"}"#, "template.update template"),
        Step(
            .post,
            "@/templates/t/records",
            #"{"type":"TXT","name":"x","content":"{{domain}}"}"#,
            "template_record.create template_record"
        ),
        Step(.post, domain + "/templates/t", nil, "template.apply template,zone", "zone_record.create zone_record"),
        Step(.delete, "@/templates/t", nil, "template.delete template"),
        Step(
            .post,
            domain + "/services/heroku",
            #"{"target":"a"}"#,
            "zone_record.create zone_record"
        ),
        Step(.delete, domain + "/services/heroku", nil, "zone_record.delete zone_record"),
        Step(
            .post,
            "@/secondary_dns/zones",
            #"{"name":"second.example"}"#,
            "domain.create domain",
            "zone.create zone"
        ),
        Step(
            .post,
            "@/secondary_dns/primaries",
            #"{"name":"p","ip":"192.0.2.53"}"#,
            "secondary_dns.create configuration"
        ),
        Step(
            .put,
            "@/secondary_dns/primaries/#/link",
            #"{"zone":"second.example"}"#,
            "secondary_dns.update configuration"
        ),
        Step(.delete, "@/secondary_dns/primaries/#", nil, "secondary_dns.delete configuration"),
        Step(.delete, "@/domains/second.example", nil, "domain.delete domain", "zone.delete zone"),
        Step(
            .post,
            "/x/v1/@/oauth_applications",
            #"{"name":"a","redirect_uris":["https://app.example/"],"confidential":true}"#,
            "oauth_application.create oauth_application"
        ),
        Step(.delete, "/x/v1/@/oauth_applications/#", nil, "oauth_application.delete oauth_application"),
        Step(.post, "@/webhooks", #"{"url":"https://hook.example/2"}"#, "webhook.create webhook"),
        Step(.delete, "@/webhooks/#", nil, "webhook.delete webhook"),
        Step(.delete, domain, nil, "domain.delete domain", "zone.delete zone"),
    ]

    @Test func `each mutation makes the events that clients know, with their data`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeWebhook()
            let first = try #require(try await api.call(.get, "@/webhooks").id)
            var seen = 0
            var id: Int64 = 0
            for step in Self.steps {
                let path = step.path.replacing("#", with: String(id))
                let answer = try await api.call(step.method, path, step.body)
                #expect((200...204).contains(answer.status), "\(step.method) \(path): \(answer.text)")
                id = answer.id ?? id
                let jobs = try await api.jobs().filter { $0.webhook == first }
                let events = try jobs.dropFirst(seen).map { "\($0.name) \(try Self.members(of: $0))" }
                #expect(events.sorted() == step.events, "\(step.method) \(path)")
                seen = jobs.count
            }
        }
    }

    /// The members of the event's data, after a look at the envelope.
    private static func members(of job: TestAPI.Job) throws -> String {
        let form =
            #/\{"data":\{(.*)\},"name":"([a-z_.]+)","actor":\{"id":"\d+","entity":"account","pretty":"[^"]+"\},"account":\{"id":\d+,"display":"Example","identifier":"owner@example.com"\},"api_version":"v2","request_identifier":"[0-9a-f-]{36}"\}/#
        let match = try #require(job.body.wholeMatch(of: form), "\(job.body)")
        #expect(match.output.2 == job.name)
        let envelope = try JSONSerialization.jsonObject(with: Data(job.body.utf8)) as? [String: Any]
        let data = try #require(envelope?["data"] as? [String: Any])
        return data.keys.sorted().joined(separator: ",")
    }
}
