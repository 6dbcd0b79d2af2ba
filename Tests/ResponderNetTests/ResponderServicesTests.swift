// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Logging
import NIOCore
import ResponderNet
import ServiceLifecycle
import Testing
import ZoneStore
import ZoneSync

@testable import Runtime

@Suite(.timeLimit(.minutes(5)))
struct ResponderServicesTests {
    /// A port that was free a moment ago.
    private func freePort() async throws -> Int {
        let bench = try await TCPBench()
        let port = bench.server.addresses[0].port
        await bench.server.close()
        return port
    }

    private func context(_ flags: [String]) throws -> DaemonContext {
        let settings = try Settings.load(
            arguments: flags,
            environment: [:],
            options: ResponderOptions.all
        )
        return DaemonContext(
            name: "zonewright-dns",
            settings: settings,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            readiness: Readiness(),
            metrics: MetricsRegistry()
        )
    }

    /// Runs the services while `body` runs.
    private func withServices(_ context: DaemonContext, _ body: () async throws -> Void) async throws {
        let services = try await ResponderServices.make(context)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: services, logger: context.logger)
        )
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body()
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// The last octet of the one answer to a question for `label`.example.
    private func lastOctet(_ label: String, _ port: Int) async throws -> UInt8? {
        let answers = try await TCPClient.exchange(
            HostPort(host: "127.0.0.1", port: port),
            [try TCPBench.query(label)]
        )
        guard let answer = answers.first else { return nil }
        return try Message(wire: answer).answers.first?.rdata.last
    }

    private func until(_ condition: () async throws -> Bool) async throws {
        for _ in 0..<10_000 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("not in time")
    }

    @Test("With no glue to be reached a responder is ready, and answers what it holds")
    func withoutGlue() async throws {
        let folder = TCPBench.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try ZoneStore(path: folder, digest: ZoneDigest.sha256).apply(
            [.replace(TCPBench.contents())],
            position: StreamPosition(epoch: "e", position: 7)
        )
        let (port, nobody) = (try await freePort(), try await freePort())
        let context = try context([
            "--listen", "127.0.0.1:\(port)", "--data-dir", folder, "--upstream", "127.0.0.1:\(nobody)",
        ])
        try await withServices(context) {
            try await until { context.readiness.isReady }
            #expect(try await lastOctet("a5", port) == 5)
            let metrics = context.metrics.render()
            #expect(metrics.contains("\nreplica_position 7\n"))
            #expect(metrics.contains("\nreplica_zones 1\n"))
            #expect(metrics.contains("\nfollower_connected 0\n"))
            #expect(metrics.contains("\ndns_queries_total{transport=\"tcp\",family=\"ipv4\"} 1\n"))
        }
    }

    @Test("A change at the origin is answered as soon as it was applied, and kept over a restart")
    func following() async throws {
        let folder = TCPBench.folder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let source = SingleZoneSource()
        let server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "glue"),
            source: source,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = try await freePort()
        let flags = [
            "--listen", "127.0.0.1:\(port)", "--data-dir", folder, "--node-name", "ams1", "--upstream",
            "127.0.0.1:\(server.localAddress?.port ?? 0)",
        ]
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.run() }
            try await withServices(try context(flags)) {
                try await until { try await lastOctet("www", port) == 1 }
                source.publish()
                server.wake()
                try await until { try await lastOctet("www", port) == 2 }
            }
            server.drain()
            try await tasks.waitForAll()
        }
        try await withServices(try context(flags)) {
            let octet = try await lastOctet("www", port)
            #expect(octet == 2)
        }
    }

    @Test("A second responder on the same port, or with the same folder, ends with status 69")
    func twice() async throws {
        let (folder, other) = (TCPBench.folder(), TCPBench.folder())
        defer {
            try? FileManager.default.removeItem(atPath: folder)
            try? FileManager.default.removeItem(atPath: other)
        }
        let port = try await freePort()
        let first = try context(["--listen", "127.0.0.1:\(port)", "--data-dir", folder])
        try await withServices(first) {
            let samePort = try context(["--listen", "127.0.0.1:\(port)", "--data-dir", other])
            let sameFolder = try context(["--listen", "127.0.0.1:0", "--data-dir", folder])
            for (context, text) in [(samePort, "127.0.0.1:\(port)"), (sameFolder, folder)] {
                let error = await #expect(throws: DaemonError.self) { try await ResponderServices.make(context) }
                #expect(error?.exitCode == .unavailable)
                #expect(error?.message.contains(text) == true)
            }
        }
    }

    @Test("A data folder that cannot be made ends with status 69 and is named")
    func badFolder() async throws {
        let context = try context(["--listen", "127.0.0.1:0", "--data-dir", "/proc/no/such/folder"])
        let error = await #expect(throws: DaemonError.self) { try await ResponderServices.make(context) }
        #expect(error?.exitCode == .unavailable)
        #expect(error?.message.contains("/proc/no/such/folder") == true)
    }

    @Test(
        "Wrong options are refused by name",
        arguments: [
            ("listen", ["--listen", "localhost:53", "--data-dir", "x"]),
            ("listen", ["--listen", "", "--data-dir", "x"]),
            ("data-dir", []),
            ("node-name", ["--data-dir", "x", "--node-name", "a b"]),
            ("max-udp-payload", ["--data-dir", "x", "--max-udp-payload", "100"]),
            ("identity", ["--data-dir", "x", "--identity", String(repeating: "x", count: 256)]),
            ("upstream", ["--data-dir", "x", "--upstream", "nowhere"]),
        ] as [(String, [String])]
    )
    func wrongOptions(option: String, flags: [String]) throws {
        let error = #expect(throws: SettingsError.self) { try ResponderOptions(context(flags).settings) }
        #expect(error?.option == option)
    }
}
