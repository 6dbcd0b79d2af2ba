// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

/// What goes over to a successor besides the sockets, and who is told of it. That no query is lost meanwhile is tested
/// in `RestartUnderLoadTests`.
@Suite("Succession", .serialized, .timeLimit(.minutes(5)))
struct SuccessionTests {
    private static let zone = [
        "next.test. 300 IN SOA ns.next.test. host.next.test. 1 60 60 60 60",
        "next.test. 300 IN NS ns.next.test.",
        "www.next.test. 300 IN A 192.0.2.1",
    ]
    private static let badCookie = 23

    /// Waits for the end of a process that is no child of the test's.
    private func waitForEnd(_ process: pid_t) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while kill(process, 0) == 0 {
            guard ContinuousClock.now < deadline else { throw SupportError("\(process) does not end") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Asks with a cookie; gives back the extended response code, and the whole cookie to ask again with.
    private func ask(_ responder: LoneResponder, cookie: [UInt8]) throws -> (rcode: Int, cookie: [UInt8]) {
        var message = DNSClient.question(try Name(text: "www.next.test."), .a)
        message[message.count - 1] = UInt8(cookie.count + 4)
        message += [0, 10, 0, UInt8(cookie.count)] + cookie
        let octets = try #require(try DNSClient(port: responder.port, timeout: .seconds(30)).askUDP(message))
        let answer = try Message(wire: octets)
        return (Int(answer.rcode.rawValue), try #require(answer.edns?.option(.cookie)))
    }

    @Test("cookies that clients hold stay good, whichever process made them, without a file of secrets")
    func cookies() async throws {
        let responder = try await LoneResponder.start(
            origin: "next.test.",
            lines: Self.zone,
            options: ["--cookies", "required", "--log-level", "trace"]
        )
        let client: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]
        let first = try ask(responder, cookie: client)
        #expect(first.rcode == Self.badCookie)
        #expect(try ask(responder, cookie: first.cookie).rcode == 0)
        // A cookie of another secret is refused, so what follows shows something.
        let foreign = client + first.cookie[8..<16] + first.cookie[16...].map { $0 ^ 0xFF }
        #expect(try ask(responder, cookie: Array(foreign)).rcode == Self.badCookie)
        var current = responder.process
        for _ in 0..<2 {
            let next = try DaemonProcess(
                "zonewright-dns",
                arguments: responder.arguments + ["--cookies", "required", "--take-over", "--log-level", "trace"],
                environment: ["SWIFT_BACKTRACE": "enable=no"]
            )
            #expect(try await current.waitForExit() == 0, "\(current.log)\(next.log)")
            #expect(try ask(responder, cookie: first.cookie).rcode == 0)
            #expect(try ask(responder, cookie: client).rcode == Self.badCookie)
            current = next
        }
        #expect(try await current.stop() == 0, "\(current.log)")
        try await responder.stop()
    }

    @Test("the service manager hears who the main process is, and when it is ready and ends")
    func serviceManager() async throws {
        let manager = try ServiceManager()
        let responder = try await LoneResponder.start(
            origin: "next.test.",
            lines: Self.zone,
            environment: ["NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "200000"]
        )
        _ = try manager.messages(upTo: "READY=1")
        _ = try manager.messages(upTo: "WATCHDOG=1")
        responder.process.signal(SIGUSR2)
        let handedOver = try manager.messages(upTo: "MAINPID=")
        #expect(!handedOver.contains { $0.contains("STOPPING=1") })
        let successor = try #require(handedOver.last.flatMap { pid_t($0.dropFirst(8)) })
        #expect(successor != responder.process.identifier && kill(successor, 0) == 0)
        // From here on all messages are the successor's: the old process would only be ignored.
        let ready = try manager.messages(upTo: "READY=1")
        #expect(!ready.contains { $0.contains("STOPPING=1") })
        _ = try manager.messages(upTo: "WATCHDOG=1")
        #expect(try await responder.process.waitForExit() == 0)
        #expect(kill(successor, SIGTERM) == 0)
        _ = try manager.messages(upTo: "STOPPING=1")
        try await waitForEnd(successor)
        try await responder.stop()
    }
}

extension SystemTests {
    @Suite("Succession under the supervisor") struct SupervisedSuccessionTests {
        @Test("the supervisor follows a successor, restarts it when it dies, and its successor in turn")
        func supervised() async throws {
            let stack = try LocalStack.current
            let name = "zonewright-dns"
            func notes(_ text: String) throws -> Int {
                let log = try String(contentsOfFile: "\(stack.folder)/log/supervisor.log", encoding: .utf8)
                return log.split(separator: "\n").count { $0.contains("\(name) (") && $0.contains(text) }
            }
            let restarts = try notes("starting it again")
            for round in 1...2 {
                let old = try stack.processID(name)
                kill(old, SIGUSR2)
                try await stack.waitForRestart(of: name, after: old, operationsPort: stack.portBase + 5)
                #expect(try notes("(\(old)) has handed over to \(try stack.processID(name))") == 1)
                let deadline = ContinuousClock.now + .seconds(60)
                while kill(old, 0) == 0, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
                #expect(kill(old, 0) != 0, "round \(round): the old process is gone, and no zombie")
                #expect(try notes("starting it again") == restarts)
            }
            let successor = try stack.processID(name)
            kill(successor, SIGKILL)
            try await stack.waitForRestart(of: name, after: successor, operationsPort: stack.portBase + 5)
            #expect(try notes("(\(successor)) ended with 137; starting it again") == 1)
        }
    }
}
