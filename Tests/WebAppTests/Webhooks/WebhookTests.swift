// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Identity
import Postgres
import TestSupport
import Testing

@testable import WebApp

@Suite struct WebhookTests {
    private static let body = #"{"url":"https://hook.example/in?key=1"}"#

    @Test func `a webhook is made, listed, shown and deleted`() async throws {
        try await TestAPI.run { api async throws in
            let made = try await api.call(.post, "@/webhooks", Self.body)
            #expect(made.status == 201)
            #expect(made.normalized == #"{"data":{"id":#,"url":"https://hook.example/in?key=1","suppressed_at":null}}"#)
            let id = try #require(made.id)
            #expect(try await api.call(.get, "@/webhooks/\(id)").text == made.text)
            let second = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            #expect(try await api.call(.get, "@/webhooks").ids == [id, second])
            #expect(try await api.call(.get, "@/webhooks?sort=id:desc").ids == [second, id])
            #expect(try await api.call(.get, "@/webhooks").text.contains("pagination") == false)
            #expect(try await api.call(.delete, "@/webhooks/\(id)", "{}").status == 204)
            #expect(
                try await api.call(.get, "@/webhooks/\(id)").text == #"{"message":"Webhook `\#(id)` not found"}"#
            )
            #expect(try await api.call(.delete, "@/webhooks/\(id)").status == 404)
            #expect(try await api.call(.get, "@/webhooks/x").text == #"{"message":"Webhook `x` not found"}"#)
        }
    }

    @Test func `webhooks are told of webhooks, and the audit has both changes`() async throws {
        try await TestAPI.run { api async throws in
            let first = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            let second = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            #expect(try await api.call(.delete, "@/webhooks/\(second)").status == 204)
            let audit = try await api.pool.query("SELECT action, subject FROM app.audit ORDER BY id")
            #expect(
                try audit.map { "\(try $0.decode(0) as String) \(try $0.decode(1) as String)" } == [
                    "webhook.create webhook/\(first)", "webhook.create webhook/\(second)",
                    "webhook.delete webhook/\(second)",
                ]
            )
            // The first heard of all three, the second of itself only.
            let jobs = try await api.jobs()
            #expect(jobs.map(\.name) == ["webhook.create", "webhook.create", "webhook.create", "webhook.delete"])
            #expect(jobs.map(\.webhook) == [first, first, second, first])
            let data = try #require(jobs.last?.body.firstMatch(of: #/"data":(.*),"name"/#)?.output.1)
            #expect(
                data == #"{"webhook":{"id":\#(second),"url":"https://hook.example/in?key=1","suppressed_at":null}}"#
            )
            #expect(jobs.allSatisfy { !$0.body.contains("whsec_") })
        }
    }

    @Test(arguments: [
        (#"{}"#, "can't be blank"), (#"{"url":" "}"#, "can't be blank"), (#"{"url":7}"#, "must be a string"),
        (#"{"url":"http://hook.example/"}"#, "must be an https URL"),
        (#"{"url":"ftp://hook.example/"}"#, "must be an https URL"),
        (#"{"url":"hook.example"}"#, "is not a valid URL"), (#"{"url":"https://"}"#, "is not a valid URL"),
        (#"{"url":"https:///path"}"#, "is not a valid URL"), (#"{"url":"https://a b/"}"#, "is not a valid URL"),
        (#"{"url":"https://user:pw@hook.example/"}"#, "is not a valid URL"),
        (#"{"url":"https://hook.example:0/"}"#, "is not a valid URL"),
        (#"{"url":"https://hook.example:65536/"}"#, "is not a valid URL"),
        (#"{"url":"https://a..b/"}"#, "is not a valid URL"), (#"{"url":"https://[::1/"}"#, "is not a valid URL"),
    ])
    func `only https URLs are taken`(body: String, message: String) async throws {
        try await TestAPI.run { api async throws in
            let answer = try await api.call(.post, "@/webhooks", body)
            #expect(answer.status == 400)
            #expect(answer.text == #"{"message":"Validation failed","errors":{"url":["\#(message)"]}}"#)
        }
    }

    @Test(arguments: ["https://hook.example:8443", "HTTPS://[2001:db8::1]:443/x", "https://a_b.example?x=%20"])
    func `other https URLs are kept as they were written`(url: String) throws {
        #expect(try WebhookAddress(url).text == url)
    }

    @Test func `an account has a limited number of webhooks`() async throws {
        try await TestAPI.run { api async throws in
            for _ in 0..<WebhookStore.maximumPerAccount {
                #expect(try await api.call(.post, "@/webhooks", Self.body).status == 201)
            }
            let answer = try await api.call(.post, "@/webhooks", Self.body)
            #expect(answer.status == 400)
            #expect(answer.text.contains("at most 20 webhooks"))
        }
    }

    @Test func `a webhook is its account's, and a read-only token changes nothing`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            let other = try await api.otherAccount()
            for (method, path) in [
                (HTTPRequest.Method.get, "v2/#/webhooks/\(id)"), (.delete, "v2/#/webhooks/\(id)"),
                (.post, "x/v1/#/webhooks/\(id)/secret"), (.delete, "x/v1/#/webhooks/\(id)/suppression"),
                (.get, "x/v1/#/webhooks/\(id)/deliveries"),
            ] {
                let path = "/" + path.replacing("#", with: String(other.account.id))
                let answer = try await api.call(method, path, as: .token(other.token))
                #expect(answer.status == 404, "\(path)")
                #expect(answer.text == #"{"message":"Webhook `\#(id)` not found"}"#)
            }
            let reader = try await api.readOnlyToken()
            #expect(try await api.call(.get, "@/webhooks", as: .token(reader)).status == 200)
            for (method, path) in [
                (HTTPRequest.Method.post, "/v2/@/webhooks"), (.delete, "/v2/@/webhooks/\(id)"),
                (.post, "/x/v1/@/webhooks/\(id)/secret"), (.delete, "/x/v1/@/webhooks/\(id)/suppression"),
            ] {
                let answer = try await api.call(method, path, Self.body, as: .token(reader))
                #expect(answer.status == 403)
                #expect(
                    answer.text == #"{"message":"Permission Denied. Required Scope: webhooks:*:write"}"#
                )
            }
        }
    }

    @Test func `the secret is shown when it is made, and the one before stays good`() async throws {
        try await TestAPI.run { api async throws in
            let made = try await api.call(.post, "/x/v1/@/webhooks", Self.body)
            #expect(made.status == 201)
            let first = try #require(made.text.firstMatch(of: #/"secret":"(whsec_[^"]+)"/#)?.output.1)
            let id = try #require(made.id)
            let rotated = try await api.call(.post, "/x/v1/@/webhooks/\(id)/secret")
            #expect(rotated.status == 200)
            let second = try #require(rotated.text.firstMatch(of: #/"secret":"(whsec_[^"]+)"/#)?.output.1)
            let stored = try await api.pool.first("SELECT secret FROM app.webhook")
            #expect(try stored?.decode(0) == "\(second) \(first)")
            #expect(try await api.call(.get, "@/webhooks/\(id)").text.contains("whsec_") == false)
            let audit = try await api.pool.query("SELECT coalesce(before::text || after::text, '') FROM app.audit")
            #expect(try audit.allSatisfy { !(try $0.decode(0) as String).contains("whsec_") })
        }
    }

    @Test func `a suppressed webhook is told nothing until its owner clears that`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            try await api.pool.execute("UPDATE app.webhook SET suppressed_at = now(), failures = 15")
            try await api.makeDomain("silent.example")
            #expect(try await api.jobs().map(\.name) == ["webhook.create"])
            #expect(try await api.call(.get, "@/webhooks/\(id)").text.contains(#""suppressed_at":"20"#))
            let cleared = try await api.call(.delete, "/x/v1/@/webhooks/\(id)/suppression")
            #expect(cleared.status == 200)
            #expect(cleared.text.contains(#""suppressed_at":null"#))
            let failures = try await api.pool.first("SELECT failures FROM app.webhook")
            #expect(try failures?.decode(0) == Int32(0))
            try await api.makeDomain("loud.example")
            #expect(try await api.jobs().map(\.name) == ["webhook.create", "domain.create", "zone.create"])
        }
    }

    @Test func `an event is delivered once more, and is put into the queue once`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            let superuser = try api.database.pool(.superuser, size: 1)
            defer { superuser.close() }
            let attempt = try await superuser.query(
                """
                INSERT INTO jobs.webhook_delivery (webhook_id, job_id, event, request_id, attempt, duration_ms)
                SELECT \(id), id, 'webhook.create', gen_random_uuid(), 1, 1 FROM jobs.job RETURNING id
                """
            ).first
            let delivery: Int64 = try #require(attempt).decode(0)
            let path = "/x/v1/@/webhooks/\(id)/deliveries/\(delivery)/redelivery"
            func redeliver() async throws -> TestAPI.Answer { try await api.call(.post, path) }

            // Its first attempts are still to come.
            let early = try await redeliver()
            #expect(early.status == 202)
            #expect(early.text == #"{"data":{"queued":false}}"#)
            try await superuser.execute(
                """
                WITH gone AS (DELETE FROM jobs.job RETURNING *)
                INSERT INTO jobs.history (id, queue, kind, args, state, attempt, created_at)
                SELECT id, queue, kind, args, 'completed', 1, created_at FROM gone
                """
            )
            #expect(try await redeliver().text == #"{"data":{"queued":true}}"#)
            #expect(try await redeliver().text == #"{"data":{"queued":false}}"#)
            #expect(try await api.jobs().map(\.name) == ["webhook.create"])
            let arguments = try await superuser.query(
                "SELECT args FROM jobs.job UNION SELECT args FROM jobs.history"
            )
            #expect(arguments.count == 1)
            #expect(try await api.auditedActions().suffix(1) == ["webhook.redeliver"])

            #expect(try await api.call(.post, "/x/v1/@/webhooks/\(id)/deliveries/999/redelivery").status == 404)
            let other = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            let foreign = "/x/v1/@/webhooks/\(other)/deliveries/\(delivery)/redelivery"
            #expect(try await api.call(.post, foreign).status == 404)
            try await superuser.execute("DELETE FROM jobs.job")
            try await superuser.execute("UPDATE app.webhook SET suppressed_at = now()")
            #expect(try await redeliver().status == 400)
            try await superuser.execute("UPDATE app.webhook SET suppressed_at = NULL")
            try await superuser.execute("DELETE FROM jobs.history")
            #expect(try await redeliver().status == 400)
        }
    }

    @Test func `deliveries are listed with the latest first`() async throws {
        try await TestAPI.run { api async throws in
            let id = try #require(try await api.call(.post, "@/webhooks", Self.body).id)
            let store = WebhookTargetStore(pool: try api.database.pool(.worker, size: 1))
            for attempt in 1...3 {
                let entry = WebhookDeliveryLogEntry(
                    webhookID: id,
                    jobID: 1,
                    event: attempt == 3 ? "zone.create" : "zone_record.create",
                    requestID: "00000000-0000-4000-8000-00000000000\(attempt)",
                    attempt: attempt,
                    status: attempt == 1 ? 500 : 200,
                    error: attempt == 1 ? "status 500" : nil,
                    duration: .milliseconds(12)
                )
                _ = try await store.record(entry, suppressionThreshold: 15)
            }
            func attempts(_ query: String) async throws -> [String] {
                let answer = try await api.call(.get, "/x/v1/@/webhooks/\(id)/deliveries?\(query)")
                #expect(answer.status == 200)
                return answer.text.matches(of: #/"attempt":(\d)/#).map { String($0.output.1) }
            }
            #expect(try await attempts("") == ["3", "2", "1"])
            #expect(try await attempts("failed=true") == ["1"])
            #expect(try await attempts("failed=false&event=zone.create") == ["3"])
            #expect(try await attempts("per_page=1&page=2") == ["2"])
            let failed = try await api.call(.get, "/x/v1/@/webhooks/\(id)/deliveries?failed=1")
            #expect(
                failed.normalized == """
                    {"data":[{"id":#,"webhook_id":\(id),"event":"zone_record.create",\
                    "request_identifier":"00000000-0000-4000-8000-000000000001","attempt":1,"status":500,\
                    "error":"status 500","duration_ms":12,"delivered_at":"T"}],"pagination":{"current_page":1,\
                    "per_page":30,"total_entries":1,"total_pages":1}}
                    """
            )
        }
    }
}
