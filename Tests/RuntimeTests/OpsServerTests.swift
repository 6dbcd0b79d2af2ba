// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import Metrics
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import Runtime

@Suite struct OpsServerTests {
    private let readiness = Readiness()
    private let metrics = MetricsRegistry()

    /// Sends bytes to the server and returns all it answers until it closes the connection.
    private func exchange(_ server: OpsServer, _ request: String) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: server.address.host, port: server.address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try? await outbound.write(ByteBuffer(string: request))
            var answer = ByteBuffer()
            do {
                for try await var part in inbound { answer.writeBuffer(&part) }
            } catch is IOError {
                // The server closes at once when too much is sent.
            }
            return String(buffer: answer)
        }
    }

    private func serving(_ body: (OpsServer) async throws -> Void) async throws {
        let server = try await OpsServer.bind(
            to: HostPort(host: "127.0.0.1", port: 0),
            readiness: readiness,
            metrics: metrics
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(server)
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func `Liveness, readiness and metrics are answered`() async throws {
        Counter(label: "things_total", factory: metrics).increment(by: 7)
        readiness.register("database", reason: "connecting")
        try await serving { server in
            let live = try await exchange(server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(live.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(live.hasSuffix("\r\n\r\nok\n"))
            let notReady = try await exchange(server, "GET /readyz?verbose HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(notReady.hasPrefix("HTTP/1.1 503 "))
            #expect(notReady.hasSuffix("not ready\ndatabase: not ready: connecting\n"))
            readiness.set("database", .ready)
            let ready = try await exchange(server, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(ready.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(ready.hasSuffix("ready\ndatabase: ready\n"))
            let metrics = try await exchange(server, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(metrics.contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(metrics.contains("\nthings_total 7\n"))
        }
    }

    @Test func `HEAD has the length but no body`() async throws {
        try await serving { server in
            let answer = try await exchange(server, "HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.contains("content-length: 3\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(
        arguments: [
            ("GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "),
            ("GET /metrics/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 "),
            ("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 405 "),
            ("DELETE /livez HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 "),
            ("nonsense\r\n\r\n", "HTTP/1.1 400 "),
        ]
    )
    func `Anything else is refused`(request: String, status: String) async throws {
        try await serving { server in
            let answer = try await exchange(server, request)
            #expect(answer.hasPrefix(status))
        }
    }

    @Test func `A request that is too large closes the connection without an answer`() async throws {
        try await serving { server in
            let padding = String(repeating: "a", count: OpsServer.maximumRequestBytes)
            let answer = try await exchange(server, "GET /livez HTTP/1.1\r\nX: \(padding)\r\n\r\n")
            #expect(!answer.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `A taken address is named with its option`() async throws {
        try await serving { server in
            let error = await #expect(throws: DaemonError.self) {
                try await OpsServer.bind(to: server.address, readiness: readiness, metrics: metrics)
            }
            #expect(error?.exitCode == .unavailable)
            #expect(
                error?.message
                    == "cannot listen on 127.0.0.1:\(server.address.port) (option ops-listen): address already in use"
            )
        }
    }
}
