// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// One responder takes the place of another while queries come in.
@Suite("Restart under load", .serialized)
struct RestartUnderLoadTests {
    private static let names = 64
    private static let zone =
        [
            "load.test. 300 IN SOA ns.load.test. host.load.test. 1 60 60 60 60",
            "load.test. 300 IN NS ns.load.test.",
        ] + (0..<names).map { "h\($0).load.test. 300 IN A 192.0.2.\($0)" }

    private func streams(_ responder: LoneResponder) throws -> [QueryStream] {
        let names = try (0..<Self.names).map { try Name(text: "h\($0).load.test.") }
        return QueryStream.Way.allCases.map { QueryStream($0, port: responder.port, names: names) }
    }

    /// A further process on the responder's folder and ports, with some options set otherwise.
    private func another(_ responder: LoneResponder, _ options: [String: String], takesOver: Bool = true) throws
        -> DaemonProcess
    {
        let pairs = stride(from: 0, to: responder.arguments.count, by: 2).map {
            (responder.arguments[$0], responder.arguments[$0 + 1])
        }
        let merged = Dictionary(uniqueKeysWithValues: pairs).merging(options) { $1 }
        return try DaemonProcess(
            "zonewright-dns",
            arguments: merged.flatMap { [$0, $1] } + (takesOver ? ["--take-over"] : []),
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }

    private func expectNoLoss(_ streams: [QueryStream]) {
        for stream in streams {
            let result = stream.stop()
            #expect(result.lost.isEmpty, "lost \(result.lost.count) of \(result.asked): \(result.lost.prefix(3))")
            #expect(result.wrong == 0)
            #expect(result.asked > 0)
        }
    }

    /// Waits until every stream has had answers to `count` more queries.
    private func progress(_ streams: [QueryStream], by count: Int) async throws {
        let goals = streams.map { $0.result.asked + count }
        let deadline = ContinuousClock.now + .seconds(60)
        while zip(streams, goals).contains(where: { $0.result.asked < $1 }) {
            guard ContinuousClock.now < deadline else { throw SupportError("the streams of queries stand still") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @Test(
        "ten restarts lose no query and answer none wrongly, with other numbers of threads each time",
        .timeLimit(.minutes(5))
    )
    func tenRestarts() async throws {
        let responder = try await LoneResponder.start(origin: "load.test.", lines: Self.zone)
        let streams = try streams(responder)
        try await progress(streams, by: 50)
        var current = responder.process
        for round in 0..<10 {
            let next = try another(responder, ["--udp-threads": "\(1 + (round + 1) % 4)"])
            #expect(try await current.waitForExit() == 0, "\(current.log)\(next.log)")
            try await progress(streams, by: 50)
            #expect(next.exitStatus == nil, "\(next.log)")
            current = next
        }
        expectNoLoss(streams)
        #expect(try await current.stop() == 0, "\(current.log)")
        try await responder.stop()
    }

    @Test("a successor that cannot start leaves the old process serving", .timeLimit(.minutes(5)))
    func failedSuccessor() async throws {
        let responder = try await LoneResponder.start(origin: "load.test.", lines: Self.zone)
        let streams = try streams(responder)
        // Wrong usage never asks for the sockets; an address of no interface fails after they were given.
        let bad: [(options: [String: String], status: Int32)] = [
            (["--udp-threads": "many"], 64), (["--listen-tls": "127.0.0.1:1"], 64),
            (["--listen": "127.0.0.1:\(responder.port),192.0.2.1:\(responder.port)"], 69),
        ]
        for (options, status) in bad {
            let failing = try another(responder, options)
            #expect(try await failing.waitForExit() == status, "\(failing.log)")
            try await progress(streams, by: 20)
            #expect(responder.process.exitStatus == nil, "\(responder.process.log)")
        }
        try await responder.process.waitForLog("this process goes on")
        // And it still hands over to one that can.
        let next = try another(responder, [:])
        #expect(try await responder.process.waitForExit() == 0, "\(responder.process.log)")
        try await progress(streams, by: 20)
        expectNoLoss(streams)
        #expect(try await next.stop() == 0, "\(next.log)")
        try await responder.stop()
    }

    @Test("SIGUSR2 starts a successor from the program's own arguments", .timeLimit(.minutes(5)))
    func signal() async throws {
        let responder = try await LoneResponder.start(origin: "load.test.", lines: Self.zone)
        let streams = try streams(responder)
        try await progress(streams, by: 20)
        responder.process.signal(SIGUSR2)
        #expect(try await responder.process.waitForExit() == 0, "\(responder.process.log)")
        try await progress(streams, by: 20)
        expectNoLoss(streams)
        // The successor is no child of ours: its log, which it shares, has its process id.
        let log = responder.process.log
        let pid = try #require(log.firstMatch(of: /"process":"(\d+)"/).flatMap { pid_t($0.1) }, "\(log)")
        kill(pid, SIGTERM)
        let deadline = ContinuousClock.now + .seconds(60)
        while kill(pid, 0) == 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        #expect(kill(pid, 0) != 0)
        try await responder.stop()
    }

    @Test("without take-over a second process on the folder is refused", .timeLimit(.minutes(5)))
    func refused() async throws {
        let responder = try await LoneResponder.start(origin: "load.test.", lines: Self.zone)
        let second = try another(responder, ["--ops-listen": "127.0.0.1:0"], takesOver: false)
        #expect(try await second.waitForExit() == 69, "\(second.log)")
        try await responder.stop()
    }
}
