// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing
import ZoneTransfer

/// NSD, Knot, BIND and PowerDNS follow a zone of ours.
@Suite(.timeLimit(.minutes(5)))
struct SecondaryTests {
    private static let changes = 1_000

    private func until(_ goal: String, _ isReached: () throws -> Bool) async throws {
        for _ in 0..<1_200 {
            if try isReached() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw SecondaryError("not in time: \(goal)")
    }

    @Test("All makes of secondaries follow through 1,000 changes by incremental transfers and end equal")
    func follow() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secondaries-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let servers = try SecondaryServer.Make.allCases.map { try SecondaryServer($0, folder: folder) }
        let origin = SecondaryOrigin(try SecondaryZone(hosts: 200))
        let peers = servers.map(\.peerLines).joined()
        let primary = try await SecondaryPrimary(origin, peers: peers, folder: folder)
        try await primary.run {
            try await until("the zone is answered") {
                try SecondaryClient(port: primary.port, key: nil).serial() == 1
            }
            try checkRefusals(primary, try servers[0].key())
            for server in servers { try server.start(primary: primary.port) }
            for server in servers { try await reach(1, server, primary) }
            for number in 1...Self.changes {
                try origin.advance()
                primary.wake()
                if number % 5 == 0 { try await Task.sleep(for: .milliseconds(50)) }
            }
            let serial = UInt32(Self.changes + 1)
            for server in servers { try await reach(serial, server, primary) }
            try compare(servers, origin, primary)
            for server in servers { try await server.stop() }
        }
    }

    /// Waits until a secondary has a version.
    private func reach(_ serial: UInt32, _ server: SecondaryServer, _ primary: SecondaryPrimary) async throws {
        do {
            try await until("\(server.make.rawValue) has serial \(serial)") {
                try SecondaryClient(port: server.port, key: nil).serial() == serial
            }
        } catch {
            Issue.record("\(error)\n\(server.log.suffix(4_000))\n\(primary.log.suffix(4_000))")
            throw error
        }
    }

    /// Who does not sign, or not with a key that we know, gets nothing.
    private func checkRefusals(_ primary: SecondaryPrimary, _ key: TSIGKey) throws {
        let unsigned = try SecondaryClient(port: primary.port, key: nil).transfer()
        #expect(unsigned.rcode == .refused)
        #expect(unsigned.records.isEmpty)
        let wrong = TSIGKey(name: key.name, algorithm: key.algorithm, secret: [UInt8](repeating: 1, count: 32))
        #expect(throws: TSIGFailure.reported(.badSignature, serverTime: nil)) {
            try SecondaryClient(port: primary.port, key: wrong).transfer()
        }
        let unknown = TSIGKey(name: try Name(text: "unknown.key."), algorithm: .hmacSHA256, secret: [1])
        #expect(throws: TSIGFailure.reported(.badKey, serverTime: nil)) {
            try SecondaryClient(port: primary.port, key: unknown).transfer()
        }
    }

    /// Compares what all servers hold with what the origin published.
    private func compare(_ servers: [SecondaryServer], _ origin: SecondaryOrigin, _ primary: SecondaryPrimary) throws {
        let published = origin.zone.records
        #expect(published.count > 300)
        for server in servers {
            let key = try server.key()
            let ours = try SecondaryClient(port: primary.port, key: key).transfer()
            #expect(ours.records == published)
            let theirs = try SecondaryClient(port: server.port, key: key).transfer()
            #expect(theirs.rcode == .noError)
            let missing = published.subtracting(theirs.records).map(\.description).sorted()
            let extra = theirs.records.subtracting(published).map(\.description).sorted()
            #expect(missing == [], "\(server.make.rawValue) lacks records")
            #expect(extra == [], "\(server.make.rawValue) has other records")
            let incremental = primary.transfers(of: server.make.rawValue, form: "ixfr")
            let whole = primary.transfers(of: server.make.rawValue, form: "axfr")
            #expect(incremental > 0, "\(server.make.rawValue) used no incremental transfer")
            print("\(server.make.rawValue): \(incremental) incremental transfers, \(whole) of the whole zone")
        }
        let name = "dns_transfers_total{form=\"ixfr\",outcome=\"completed\"}"
        #expect(try primary.metric(name) ?? 0 >= Double(servers.count))
        #expect(try primary.metric("dns_notifies_total{event=\"acknowledged\"}") ?? 0 >= Double(servers.count))
    }
}
