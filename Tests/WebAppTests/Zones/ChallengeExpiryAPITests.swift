// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Logging
import Postgres
import ServiceLifecycle
import Testing

@testable import WebApp

@Suite struct ChallengeExpiryAPITests {
    private static let path = "/x/v1/@/zones/example.com/challenge_expiry"

    @Test func `the age is set, shown, audited and taken back`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let path = Self.path
            #expect(try await api.call(.get, path).text == #"{"data":{"hours":null}}"#)
            for _ in 1...2 {
                let answer = try await api.call(.put, path, #"{"hours":48}"#)
                #expect(answer.status == 200)
                #expect(answer.text == #"{"data":{"hours":48}}"#)
            }
            #expect(try await api.call(.get, path).text == #"{"data":{"hours":48}}"#)
            for (body, message) in [
                (#"{}"#, "can't be blank"), (#"{"hours":0}"#, "must be between 1 and 8760"),
                (#"{"hours":8761}"#, "must be between 1 and 8760"),
                (#"{"hours":"48"}"#, "is not a number"), (#"{"hours":1.5}"#, "must be an integer"),
            ] {
                let answer = try await api.call(.put, path, body)
                #expect(answer.status == 400)
                #expect(answer.text == #"{"message":"Validation failed","errors":{"hours":["\#(message)"]}}"#)
            }
            #expect(try await api.call(.put, path, #"{"hours":null}"#).text == #"{"data":{"hours":null}}"#)
            #expect(try await api.call(.get, path).text == #"{"data":{"hours":null}}"#)
            let audit = try await api.pool.query(
                "SELECT before::text || after::text FROM app.audit WHERE action = 'zone.challenge_expiry' ORDER BY id"
            )
            #expect(
                try audit.map { try $0.decode(0) as String } == [
                    #"{"hours": null}{"hours": 48}"#, #"{"hours": 48}{"hours": null}"#,
                ]
            )
            let foreign = "/x/v1/@/zones/other.example/challenge_expiry"
            #expect(try await api.call(.get, foreign).status == 404)
            #expect(try await api.call(.put, foreign, #"{"hours":1}"#).status == 404)
        }
    }

    @Test func `the sweeper works until shutdown`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            let record = #"{"name":"_acme-challenge","type":"TXT","content":"token"}"#
            #expect(try await api.call(.post, "@/zones/example.com/records", record).status == 201)
            #expect(try await api.call(.put, Self.path, #"{"hours":1}"#).status == 200)
            try await api.pool.execute("UPDATE app.record SET updated_at = updated_at - interval '2 hours'")
            let logger = Logger(label: "tests")
            let sweeper = ChallengeSweeper(
                editor: ZoneEditor(
                    pool: api.pool,
                    policy: .example,
                    notifier: ChangeNotifier(pool: api.pool, logger: logger)
                ),
                flags: FlagReader(pool: api.pool, logger: logger),
                interval: .milliseconds(10),
                logger: logger
            )
            let group = ServiceGroup(services: [sweeper], logger: logger)
            async let end: Void = group.run()
            let challenges = "@/zones/example.com/records?name=_acme-challenge"
            while try await api.call(.get, challenges).text.contains("token") {
                try await Task.sleep(for: .milliseconds(20))
            }
            await group.triggerGracefulShutdown()
            try await end
        }
    }
}
