// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

/// `zonewright health` and a real responder.
@Suite struct HealthTests {
    static let zone = [
        "example. 60 IN SOA ns.example. hostmaster.example. 1 3600 600 86400 60",
        "example. 60 IN NS ns.example.",
        "ns.example. 60 IN A 192.0.2.1",
        "_health.example. 60 IN TXT ok",
    ]

    /// A dead responder's port refuses at once, but for a query that dies with it; a living one may take long.
    static let canary = ["--name", "_health.example", "--type", "TXT", "--expect", "ok", "--tcp", "--timeout", "10s"]

    private static func health(_ port: Int) async throws -> Int32 {
        let process = try DaemonProcess(
            "zonewright",
            arguments: ["health", "--server", "127.0.0.1:\(port)"] + canary,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        return try await process.waitForExit()
    }

    @Test("a responder without an origin is healthy, a dead one is not, and a watch tells ExaBGP so")
    func sequence() async throws {
        // An origin that nobody is: the responder has its replica and nothing else.
        let responder = try await LoneResponder.start(
            origin: "example.",
            lines: Self.zone,
            options: ["--upstream", "127.0.0.1:1"]
        )
        #expect(try await Self.health(responder.port) == 0)
        let program = try DaemonProcess.executable("zonewright").path
        // Standard output alone is looked at: ExaBGP takes every line for a command.
        let watch = try DaemonProcess(
            name: "watch",
            program: "/bin/sh",
            arguments: ["-c", "exec \"$@\" 2>/dev/null", "sh", program, "health", "--watch", "--interval", "50ms"]
                + ["--server", "127.0.0.1:\(responder.port)", "--rise", "3", "--fall", "2"] + Self.canary
                + ["--exabgp", "192.0.2.53/32", "--exabgp", "2001:db8::53/128"],
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        let both = ["192.0.2.53/32", "2001:db8::53/128"]
        let up = both.map { "announce route \($0) next-hop self\n" }.joined()
        let down = both.map { "withdraw route \($0) next-hop self\n" }.joined()
        try await watch.waitForLog(up)
        responder.process.signal(SIGKILL)
        _ = try await responder.process.waitForExit()
        try await watch.waitForLog(up + down)
        #expect(try await Self.health(responder.port) == 1)
        let second = try DaemonProcess(
            "zonewright-dns",
            arguments: responder.arguments,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
        try await watch.waitForLog(up + down + up)
        #expect(watch.log == up + down + up)
        #expect(try await Self.health(responder.port) == 0)
        try await watch.stop()
        try await second.stop()
        try await responder.stop()
    }
}

extension SystemTests {
    /// The health of a responder does not depend on its origin.
    @Suite("Health of a responder that lost its origin") struct OriginLossTests {
        @Test("with the glue stopped a responder stays healthy")
        func stoppedGlue() async throws {
            let stack = try LocalStack.current
            let glue = try stack.processID("zonewright-glue")
            #expect(kill(glue, SIGSTOP) == 0)
            defer { kill(glue, SIGCONT) }
            let address = "127.0.0.1:\(stack.portBase + 4)"
            let result = try await stack.zonewright("health", "--server", address, "--name", "fjord-labs.example")
            #expect(result.status == 0, "\(result.output)")
            let foreign = try await stack.zonewright("health", "--server", address, "--name", "elsewhere.test")
            #expect(foreign.status == 1)
            #expect(foreign.output == "unhealthy: the answer is REFUSED\n")
        }
    }
}
