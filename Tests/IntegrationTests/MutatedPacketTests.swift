// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing
import ZoneTransfer

/// The real name server under packets that are wrong in every way.
@Suite("Mutated packets", .serialized)
struct MutatedPacketTests {
    /// How many packets are sent; `ZONEWRIGHT_MUTATIONS=1000000` is the long form.
    private static let count =
        ProcessInfo.processInfo.environment["ZONEWRIGHT_MUTATIONS"].flatMap(Int.init) ?? 200_000
    /// Packets between two probes: no more than the default receive buffer of a socket holds.
    private static let burst = 60
    /// One burst in so many goes over TCP.
    private static let streamShare = 20
    /// How much the process may grow after a fifth of the packets, whatever their number, in octets.
    private static let growth = 8 << 20

    @Test(
        "no packet stops the server, changes what it answers to others, or leaves anything behind",
        .timeLimit(.minutes(15))
    )
    func survive() async throws {
        let folder = NSTemporaryDirectory() + "mutated-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let responder = try await start(folder)
        var sender = try Sender(port: responder.port, key: Self.key)
        var settled: ProcessSize?
        for round in 0..<max(Self.count / Self.burst, 1) {
            if round % Self.streamShare == Self.streamShare - 1 {
                try sender.stream(Self.burst)
            } else {
                try sender.datagrams(Self.burst)
            }
            if round == Self.count / Self.burst / 5 { settled = try ProcessSize(responder.process.identifier) }
        }
        #expect(sender.faults == [])
        // Most packets have an answer, or nothing was tested.
        #expect(sender.answers > Self.count / 4)
        #expect(sender.lost <= Self.count / 20_000, "probes over UDP had to be sent again \(sender.lost) times")
        #expect(responder.process.exitStatus == nil)
        try await compare(try #require(settled), responder)
        #expect(!responder.process.log.contains("Fatal"))
        let received = try #require(try responder.metric("dns_queries_total{transport=\"udp\",family=\"ipv4\"}"))
        print("\(sender.sent) packets, \(sender.answers) answers, \(sender.probes) probes, \(received) over UDP")
        #expect(try await responder.process.stop() == 0)
        try await responder.stop()
    }

    private static var key: TSIGKey {
        get throws {
            TSIGKey(
                name: try Name(text: "mutated.key."),
                algorithm: .hmacSHA256,
                secret: Array("sixteen octets!!".utf8)
            )
        }
    }

    /// A responder of a signed zone, which a peer on loopback may transfer with a key and without.
    private func start(_ folder: String) async throws -> LoneResponder {
        let path = folder + "/peers"
        let secret = Data("sixteen octets!!".utf8).base64EncodedString()
        let peers = """
            key mutated.key. hmac-sha256 \(secret)
            peer signed address=127.0.0.1 key=mutated.key. zones=*
            peer plain address=127.0.0.0/8 key=none zones=*

            """
        try peers.write(toFile: path, atomically: true, encoding: .utf8)
        guard unsafe chmod(path, 0o600) == 0 else { throw SupportError("chmod \(path)") }
        let signer = try await ZoneSigner(zone: PacketSeeds.zone, .ldnsNSEC3)
        let file = try String(contentsOfFile: try await signer.sign(PacketSeeds.records), encoding: .utf8)
        let contents = MasterFileContents(text: file.utf8, origin: try Name(text: PacketSeeds.zone + "."))
        guard contents.errors.isEmpty else { throw SupportError("\(contents.errors)") }
        return try await LoneResponder.start(
            origin: PacketSeeds.zone + ".",
            lines: contents.records.map(\.record.line),
            options: ["--transfer-peers", path, "--version-text", "v"]
        )
    }

    /// The process has grown within bounds, and holds no connection of ours for long.
    private func compare(_ settled: ProcessSize, _ responder: LoneResponder) async throws {
        var now = try ProcessSize(responder.process.identifier)
        for _ in 0..<600 where now.descriptors > settled.descriptors {
            try await Task.sleep(for: .milliseconds(50))
            now = try ProcessSize(responder.process.identifier)
        }
        #expect(now.descriptors <= settled.descriptors)
        #expect(now.memory <= settled.memory + Self.growth, "from \(settled.memory) octets to \(now.memory)")
        print("memory from \(settled.memory >> 10) KiB to \(now.memory >> 10) KiB, \(now.descriptors) descriptors")
    }
}
