// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

@testable import ACME

@Suite struct CertificateIssuerTests {
    /// What a test works with.
    private struct Servers: Sendable {
        let names: ChallengeServer
        let pebble: Pebble
        let transport: ACMETransport
        let key: ACMEAccountKey
        let account: String

        /// A client as another process would make it.
        var client: ACMEClient {
            ACMEClient(directory: pebble.directory, key: key, account: account, transport: transport)
        }
    }

    private func withServers(_ body: (Servers) async throws -> Void) async throws {
        let names = try await ChallengeServer()
        let pebble = try await Pebble(dnsServer: names.address, nonceRejection: 50)
        let transport = ACMETransport(authorityFile: pebble.authorityFile)
        let key = ACMEAccountKey()
        do {
            let account = try await ACMEClient(directory: pebble.directory, key: key, transport: transport)
                .register(contact: []).url
            try await body(
                Servers(names: names, pebble: pebble, transport: transport, key: key, account: account)
            )
        } catch {
            await transport.shutdown()
            throw error
        }
        await transport.shutdown()
        try await pebble.stop()
        try await names.stop()
    }

    /// One attempt, as another process would make it.
    private func attempt(_ keeper: MemoryKeeper, _ servers: Servers) async throws -> IssuanceOutcome {
        let issuer = CertificateIssuer(client: servers.client, keeper: keeper, patience: .seconds(120))
        return try await issuer.advance(keeper.progress)
    }

    @Test func `whoever dies at any place, the next goes on with the same key and order`() async throws {
        try await withServers { servers in
            try await withThrowingTaskGroup { group in
                for place in MemoryKeeper.Place.allCases {
                    group.addTask { try await dieAndGoOn(at: place, servers) }
                }
                try await group.waitForAll()
            }
        }
    }

    private func dieAndGoOn(at place: MemoryKeeper.Place, _ servers: Servers) async throws {
        let domain = "\(place).example.test".lowercased()
        let wanted = [domain, "*.\(domain)"]
        let keeper = MemoryKeeper(wanted, server: servers.names, death: place)
        await #expect(throws: MemoryKeeper.Death(place: place)) {
            _ = try await attempt(keeper, servers)
        }
        #expect(!keeper.isDeadly)
        let kept = keeper.progress
        let outcome = try await attempt(keeper, servers)
        guard case .issued(let chain, let key) = outcome else {
            Issue.record("\(place): \(outcome)")
            return
        }
        #expect(Set(chain.names) == Set(wanted))
        #expect(chain.fits(try CertificateKey(pem: key), names: wanted))
        #expect(keeper.keys == [key])
        #expect(kept.order == nil || kept.order == keeper.progress.order)
        // An order whose URL was lost cannot be found again; there is no other reason for a second one.
        #expect(keeper.count(.order) == (place == .orderUnsaved ? 2 : 1))
        #expect(keeper.count(.finalize) == 1)
        #expect(keeper.proofs.isEmpty)
    }

    @Test func `the server is told to look only when the records are everywhere`() async throws {
        try await withServers { servers in
            let keeper = MemoryKeeper(["slow.example.test"], server: servers.names)
            keeper.setEverywhere(false)
            for _ in 0..<2 {
                guard case .later = try await attempt(keeper, servers) else {
                    Issue.record("not put off")
                    return
                }
                #expect(keeper.count(.answer) == 0)
                #expect(keeper.proofs.map(\.name) == ["_acme-challenge.slow.example.test"])
            }
            keeper.setEverywhere(true)
            guard case .issued = try await attempt(keeper, servers) else {
                Issue.record("not issued")
                return
            }
            #expect(keeper.count(.order) == 1)
        }
    }

    @Test func `a proof that the server does not find ends it with the server's reason`() async throws {
        try await withServers { servers in
            let keeper = MemoryKeeper(["missing.example.test"], server: nil)
            guard case .failed(let reason) = try await attempt(keeper, servers) else {
                Issue.record("not failed")
                return
            }
            #expect(reason.hasPrefix("missing.example.test: "))
            #expect(keeper.proofs.isEmpty)
            // It stays so: the next attempt orders nothing.
            guard case .failed = try await attempt(keeper, servers) else {
                Issue.record("not failed")
                return
            }
            #expect(keeper.count(.order) == 1)
        }
    }

    @Test func `a name that the server refuses ends it, and a server that is away does not`() async throws {
        try await withServers { servers in
            let refused = MemoryKeeper(["not a name"], server: servers.names)
            guard case .failed = try await attempt(refused, servers) else {
                Issue.record("not failed")
                return
            }
            let keeper = MemoryKeeper(["away.example.test"], server: servers.names, death: .finalize)
            await #expect(throws: MemoryKeeper.Death.self) { _ = try await attempt(keeper, servers) }
            let kept = keeper.progress
            try await servers.pebble.stop()
            guard case .later = try await attempt(keeper, servers) else {
                Issue.record("not put off")
                return
            }
            #expect(keeper.progress == kept)
            // The records stay for the next attempt.
            #expect(!keeper.proofs.isEmpty)
        }
    }
}
