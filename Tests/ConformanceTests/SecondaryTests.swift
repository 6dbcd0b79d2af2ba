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

    /// Runs a responder with all makes of secondaries that have the first version already.
    private func run(
        _ origin: SecondaryOrigin,
        folder: String,
        _ body: ([SecondaryServer], SecondaryPrimary) async throws -> Void
    ) async throws {
        let servers = try SecondaryServer.Make.allCases.map { try SecondaryServer($0, folder: folder) }
        let peers = servers.map(\.peerLines).joined()
        let primary = try await SecondaryPrimary(origin, peers: peers, folder: folder)
        let first = origin.zone.serial
        try await primary.run {
            try await until("the zone is answered") {
                try SecondaryClient(port: primary.port, key: nil).serial() == first
            }
            for server in servers { try await server.start(primary: primary.port) }
            for server in servers { try await reach(first, server, primary) }
            try await body(servers, primary)
            for server in servers { try await server.stop() }
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("secondaries-\(UUID().uuidString)")
            .path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test("All makes of secondaries follow through 1,000 changes by incremental transfers and end equal")
    func follow() async throws {
        try await withFolder { folder in
            let origin = SecondaryOrigin(try SecondaryZone(hosts: 200))
            try await run(origin, folder: folder) { servers, primary in
                try checkRefusals(primary, try servers[0].key())
                for number in 1...Self.changes {
                    try origin.advance()
                    primary.wake()
                    if number % 5 == 0 { try await Task.sleep(for: .milliseconds(50)) }
                }
                let serial = UInt32(Self.changes + 1)
                for server in servers { try await reach(serial, server, primary) }
                try compare(servers, origin.zone.records, primary)
            }
        }
    }

    @Test("A zone signed elsewhere arrives with its signatures and NSEC3 records, whole and as differences")
    func signed() async throws {
        try await withFolder { folder in
            let signer = try SecondarySigner(folder: folder)
            let plain = try SecondaryZone(hosts: 50).lines.joined(separator: "\n") + "\n"
            let first = try signer.sign(plain)
            let origin = SecondaryOrigin(try SecondaryZone(file: first))
            try await run(origin, folder: folder) { servers, primary in
                var file = first
                for number in 0..<5 {
                    // A name more, and new signatures where they are needed: a change of a few records.
                    let more = "new\(number).secondary.example. 60 IN A 192.0.2.\(number)\n"
                    file = try signer.sign(file + more)
                    try origin.advance(to: file)
                    primary.wake()
                    for server in servers { try await reach(origin.zone.serial, server, primary) }
                }
                let contents = MasterFileContents(text: Array(file.utf8), origin: try Name(text: SecondaryZone.name))
                let published = Set(contents.records.map { ComparableRecord($0.record) })
                #expect(contents.records.count { $0.record.type == .nsec3 } > 50)
                // PowerDNS fetches zones that come with signatures as a whole each time.
                try compare(servers, published, primary, incrementally: [.nsd, .knot, .bind])
            }
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
    private func compare(
        _ servers: [SecondaryServer],
        _ published: Set<ComparableRecord>,
        _ primary: SecondaryPrimary,
        incrementally: [SecondaryServer.Make] = SecondaryServer.Make.allCases
    ) throws {
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
            if incrementally.contains(server.make) {
                #expect(incremental > 0, "\(server.make.rawValue) used no incremental transfer")
            }
            print("\(server.make.rawValue): \(incremental) incremental transfers, \(whole) of the whole zone")
        }
        let name = "dns_transfers_total{form=\"ixfr\",outcome=\"completed\"}"
        #expect(try primary.metric(name) ?? 0 >= Double(incrementally.count))
        #expect(try primary.metric("dns_notifies_total{event=\"acknowledged\"}") ?? 0 >= Double(servers.count))
    }
}
