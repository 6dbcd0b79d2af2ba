// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport
import Testing

@testable import ACME

@Suite struct ACMEClientTests {
    /// Runs with a server that refuses half of all good nonces.
    private func withServer(
        _ body: (ACMEClient, ChallengeServer, Pebble, ACMETransport) async throws -> Void
    ) async throws {
        let names = try await ChallengeServer()
        let pebble = try await Pebble(dnsServer: names.address, nonceRejection: 50)
        let transport = ACMETransport(authorityFile: pebble.authorityFile)
        let client = ACMEClient(directory: pebble.directory, key: ACMEAccountKey(), transport: transport)
        do {
            try await body(client, names, pebble, transport)
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
        try await pebble.stop()
        try await names.stop()
    }

    /// Answers all challenges of an order, with their records or without, and waits for the server's opinion.
    private func prove(_ order: ACMEOrder, _ client: ACMEClient, _ names: ChallengeServer?) async throws -> ACMEOrder {
        var challenges: [ACMEChallenge] = []
        for url in order.authorizations {
            let authorization = try await client.authorization(at: url)
            let challenge = try #require(authorization.dnsChallenge)
            try names?.add(client.key.dnsProof(token: try #require(challenge.token)), below: authorization.name)
            challenges.append(challenge)
        }
        for challenge in challenges { try await client.answer(challenge) }
        return try await client.settle(try await client.order(at: order.url), past: [.pending], limit: .seconds(60))
    }

    @Test(arguments: CertificateKey.Algorithm.allCases)
    func `a certificate for a name and a wildcard is issued although nonces are refused`(
        algorithm: CertificateKey.Algorithm
    ) async throws {
        try await withServer { client, names, _, _ in
            let account = try await client.register(contact: ["mailto:hostmaster@example.test"])
            #expect(account.status == "valid")
            let wanted = ["example.test", "*.example.test", "www.example.test"]
            let order = try await client.newOrder(names: wanted)
            #expect(order.status == .pending)
            #expect(order.authorizations.count == 3)
            let ready = try await prove(order, client, names)
            #expect(ready.status == .ready)
            let key = try CertificateKey(algorithm)
            let finalized = try await client.finalize(ready, try key.request(for: wanted))
            let valid = try await client.settle(finalized, past: [.ready, .processing], limit: .seconds(60))
            #expect(valid.status == .valid)
            let chain = try await client.certificate(of: valid)
            #expect(Set(chain.names) == Set(wanted))
            #expect(chain.fits(try CertificateKey(pem: key.pem), names: wanted))
            #expect(!chain.fits(try CertificateKey(algorithm), names: wanted))
            #expect(!chain.fits(key, names: ["other.test"]))
            #expect(!chain.issuers.isEmpty)
            #expect(chain.notBefore < chain.notAfter)
            // It offers no suggestions of renewal.
            #expect(try await client.renewalInfo(for: chain) == nil)

            try await client.revoke(chain)
            await #expect {
                try await client.revoke(chain)
            } throws: { error in
                guard case .refused(let problem)? = error as? ACMEError else { return false }
                return problem.kind == "alreadyRevoked"
            }
        }
    }

    @Test func `the key finds its account again, and the order goes on from its URL`() async throws {
        try await withServer { client, names, pebble, transport in
            let account = try await client.register(contact: [])
            let order = try await client.newOrder(names: ["again.example.test"])
            let later = ACMEClient(
                directory: pebble.directory,
                key: try ACMEAccountKey(pem: client.key.pem),
                transport: transport
            )
            #expect(try await later.register(contact: []) == account)
            let found = try await later.order(at: order.url)
            #expect(found.status == .pending)
            #expect(found.authorizations == order.authorizations)
            #expect(try await prove(found, later, names).status == .ready)
        }
    }

    @Test func `a proof that is missing makes the order invalid, with the server's reason`() async throws {
        try await withServer { client, _, _, _ in
            _ = try await client.register(contact: [])
            let order = try await prove(try await client.newOrder(names: ["missing.example.test"]), client, nil)
            #expect(order.status == .invalid)
            let authorization = try await client.authorization(at: order.authorizations[0])
            #expect(authorization.status == .invalid)
            let problem = try #require(authorization.problem)
            #expect(problem.kind == "unauthorized" || problem.kind == "dns")
            #expect(!problem.detail.isEmpty)
        }
    }

    @Test func `a name that the server does not issue for is refused with its kind`() async throws {
        try await withServer { client, _, _, _ in
            _ = try await client.register(contact: [])
            await #expect {
                _ = try await client.newOrder(names: ["not a name"])
            } throws: { error in
                guard case .refused(let problem)? = error as? ACMEError else { return false }
                return ["malformed", "rejectedIdentifier"].contains(problem.kind)
            }
        }
    }

    @Test func `an account is bound to one outside ACME, and made with no other key`() async throws {
        let secret = Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        let pebble = try await Pebble(
            dnsServer: "127.0.0.1:\(try FreePort.next())",
            nonceRejection: 0,
            accountKeys: ["key-1": secret]
        )
        let transport = ACMETransport(authorityFile: pebble.authorityFile)
        let client = ACMEClient(directory: pebble.directory, key: ACMEAccountKey(), transport: transport)
        let meta = try await client.directory().meta
        #expect(meta?.externalAccountRequired == true)
        let other = try #require(ExternalAccountBinding(identifier: "key-1", secret: Base64URL.encode([1, 2, 3, 4])))
        for binding in [nil, other] {
            await #expect {
                _ = try await client.register(contact: [], binding: binding)
            } throws: { error in
                guard case .refused? = error as? ACMEError else { return false }
                return true
            }
        }
        let binding = try #require(ExternalAccountBinding(identifier: "key-1", secret: secret))
        #expect(try await client.register(contact: [], binding: binding).status == "valid")
        await transport.shutdown()
        try await pebble.stop()
    }

    @Test func `a server that refuses every nonce is given up after a bounded number of attempts`() async throws {
        let pebble = try await Pebble(dnsServer: "127.0.0.1:\(try FreePort.next())", nonceRejection: 100)
        let transport = ACMETransport(authorityFile: pebble.authorityFile)
        let client = ACMEClient(directory: pebble.directory, key: ACMEAccountKey(), transport: transport)
        await #expect {
            _ = try await client.register(contact: [])
        } throws: { error in
            guard let error = error as? ACMEError, case .refused(let problem) = error else { return false }
            return problem.kind == "badNonce" && error.isTransient
        }
        await transport.shutdown()
        try await pebble.stop()
    }

    @Test func `a server with a certificate of a stranger is not talked to`() async throws {
        try await withServer { _, _, pebble, _ in
            let transport = ACMETransport(authorityFile: nil, timeout: .seconds(10))
            let client = ACMEClient(directory: pebble.directory, key: ACMEAccountKey(), transport: transport)
            await #expect {
                _ = try await client.register(contact: [])
            } throws: { error in
                guard case .unavailable? = error as? ACMEError else { return false }
                return true
            }
            await transport.shutdown()
        }
    }

    @Test func `a server that is halted or gone is one to come back to, and an order goes on then`() async throws {
        try await withServer { client, names, pebble, transport in
            let account = try await client.register(contact: [])
            let order = try await client.newOrder(names: ["halted.example.test"])
            let impatient = ACMETransport(authorityFile: pebble.authorityFile, timeout: .milliseconds(500))
            let hasty = ACMEClient(
                directory: pebble.directory,
                key: client.key,
                account: account.url,
                transport: impatient
            )
            pebble.halt(true)
            await #expect {
                _ = try await hasty.order(at: order.url)
            } throws: { error in
                guard case .unavailable? = error as? ACMEError else { return false }
                return true
            }
            pebble.halt(false)
            await impatient.shutdown()
            #expect(try await prove(try await client.order(at: order.url), client, names).status == .ready)

            try await pebble.stop()
            await #expect {
                _ = try await client.order(at: order.url)
            } throws: { error in
                guard let error = error as? ACMEError, case .unavailable = error else { return false }
                return error.isTransient
            }
        }
    }

    @Test func `nothing is sent over a connection without TLS`() async throws {
        let transport = ACMETransport(authorityFile: nil)
        let client = ACMEClient(directory: "http://127.0.0.1:1/dir", key: ACMEAccountKey(), transport: transport)
        await #expect(throws: ACMEError.invalidAnswer("a URL that is not https")) {
            _ = try await client.directory()
        }
        await transport.shutdown()
    }

    @Test func `waiting for an order ends at its limit`() async throws {
        try await withServer { client, _, _, _ in
            _ = try await client.register(contact: [])
            let order = try await client.newOrder(names: ["waiting.example.test"])
            let settled = try await client.settle(order, past: [.pending], limit: .milliseconds(200))
            #expect(settled.status == .pending)
        }
    }
}
