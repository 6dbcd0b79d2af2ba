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

extension TestAPI {
    /// Checks what every operation below an account owes its caller: 401 without a token, 404 for a path of another
    /// account, 403 with a token that may only read.
    func expectGuards(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        scope: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let nobody = try await self.call(method, path, body, as: .none)
        #expect(nobody.status == 401, sourceLocation: sourceLocation)
        let other = try await self.otherAccount()
        let foreign = try await self.call(method, path.replacing("@", with: String(other.account.id)), body)
        #expect(foreign.status == 404, sourceLocation: sourceLocation)
        #expect(foreign.text == #"{"message":"Not Found"}"#, sourceLocation: sourceLocation)
        guard method != .get else { return }
        let reader = try await self.call(method, path, body, as: try await self.reader())
        #expect(reader.status == 403, sourceLocation: sourceLocation)
        #expect(
            reader.text == #"{"message":"Permission Denied. Required Scope: \#(scope):*:write"}"#,
            sourceLocation: sourceLocation
        )
    }

    /// A token of the account that may only read.
    func reader() async throws -> Credentials {
        let made = try await TokenStore(pool: self.pool).create(
            account: self.account.id,
            name: "reader",
            access: .read
        )
        return .token(made.secret.text.reveal())
    }

    /// A webhook of an account, so that its events become jobs.
    func makeWebhook(of account: Account? = nil) async throws {
        _ = try await WebhookStore(pool: self.pool).create(
            account: (account ?? self.account).id,
            url: "https://hook.example/"
        )
    }

    /// The actions in an account's audit, in their order.
    func audit(of account: Account? = nil) async throws -> [String] {
        try await self.pool.query(
            "SELECT action FROM app.audit WHERE account_id = \((account ?? self.account).id) ORDER BY id"
        ).map { try $0.decode("action") }
    }

    /// The content of the zone's records of a type at a name.
    func records(_ zone: String, _ name: String, _ type: String) async throws -> [String] {
        let answer = try await self.call(.get, "@/zones/\(zone)/records?name=\(name)&type=\(type)&per_page=100")
        #expect(answer.status == 200)
        return answer.text.matches(of: #/"content":"([^"]*)"/#).map { String($0.output.1) }
    }

    /// What webhooks are sent of an event, in order.
    func webhookBodies(_ event: String) async throws -> [String] {
        let superuser = try self.database.pool(.superuser, size: 1)
        defer { superuser.close() }
        return try await superuser.query(
            "SELECT args->>'body' AS body FROM jobs.job WHERE args->>'event' = \(event) ORDER BY id"
        ).map { try $0.decode("body") }
    }
}
