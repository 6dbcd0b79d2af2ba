// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    @Suite("Certificates of a running installation") struct TLSStreamRotationTests {
        /// How often a part was read again.
        private func readings(_ process: DaemonProcess, _ part: String) -> Int {
            process.log.split(separator: "\n").filter { $0.contains("read again") && $0.contains(part) }.count
        }

        /// Waits until both daemons have noticed by themselves that files changed.
        private func taken(_ glue: DaemonProcess, _ responder: DaemonProcess, _ change: () async throws -> Void)
            async throws
        {
            let (ofGlue, ofResponder) = (readings(glue, "tls"), readings(responder, "origin-tls"))
            try await change()
            let deadline = ContinuousClock.now + .seconds(60)
            while readings(glue, "tls") == ofGlue || readings(responder, "origin-tls") == ofResponder {
                guard ContinuousClock.now < deadline else {
                    throw SupportError("not read again:\n\(glue.log)\n\(responder.log)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }

        /// How often the responder has begun to follow.
        private func connections(_ responder: DaemonProcess) -> Int {
            responder.log.split(separator: "\n").filter { $0.contains("following") && !$0.contains("not following") }
                .count
        }

        @Test("a rotation of the authority loses no change, and interrupts the stream only to change certificates")
        func rotation() async throws {
            let stack = try LocalStack.current
            let pki = try await PKIInstallation()
            try await pki.issueOrigin("glue-tls", ["--host", "localhost"])
            try await pki.issue("tls1")
            #expect(try stack.api("POST", "/domains", #"{"name":"rotated.example"}"#).status == 201)
            let (origin, port) = (try FreePort.next(), try FreePort.next())
            let (ofGlue, ofResponder) = (try FreePort.next(), try FreePort.next())
            let glue = try DaemonProcess(
                "zonewright-glue",
                arguments: [
                    "--config", "\(stack.folder)/config/zonewright-glue.json", "--listen", "127.0.0.1:\(origin)",
                    "--ops-listen", "127.0.0.1:\(ofGlue)", "--node-name", "glue-tls", "--log-format", "text",
                ] + pki.originOptions("glue-tls")
            )
            try await glue.waitUntilReady(port: ofGlue)
            let responder = try DaemonProcess(
                "zonewright-dns",
                arguments: [
                    "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(ofResponder)", "--data-dir",
                    "\(stack.folder)/tls-replica", "--upstream", "localhost:\(origin)", "--node-name", "tls1",
                    "--log-format", "text",
                ] + pki.followerOptions("tls1")
            )
            try await responder.waitForLog("following")

            let writer = AcknowledgedChanges(stack: stack, zone: "rotated.example")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await writer.run(changesPerSecond: 20) }
                defer { writer.stop() }
                try await taken(glue, responder) { try await pki.pki("rotate") }
                try await taken(glue, responder) { try await pki.pki("renew", "--all") }
                #expect(connections(responder) == 1, "nothing has interrupted the stream: \(responder.log)")
                try await taken(glue, responder) { try await pki.pki("retire") }
                // The connection's certificate is of the retired authority, and the next one's is not.
                let deadline = ContinuousClock.now + .seconds(60)
                while connections(responder) < 2, ContinuousClock.now < deadline {
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(connections(responder) == 2, "\(responder.log)")
                writer.stop()
                try await group.waitForAll()
            }
            let expected = writer.acknowledged
            #expect(expected.count > 20)
            for (name, address) in expected {
                let answer = try await answer(name, address, port: port, stack)
                #expect(answer == address, "\(name)")
            }
            #expect(try await responder.stop() == 0)
            #expect(try await glue.stop() == 0)
        }

        /// The address that the responder gives, once it is the right one or a generous time has passed.
        private func answer(_ name: String, _ wanted: [UInt8], port: Int, _ stack: LocalStack) async throws -> [UInt8]?
        {
            let deadline = ContinuousClock.now + .seconds(30)
            var last: [UInt8]?
            while last != wanted, ContinuousClock.now < deadline {
                if last != nil { try await Task.sleep(for: .milliseconds(20)) }
                last = try stack.ask("\(name).rotated.example.", .a, port: port)?.answers.first?.rdata ?? []
            }
            return last
        }

        @Test("a relay follows over TLS and serves over TLS with its one certificate")
        func relay() async throws {
            let stack = try LocalStack.current
            let pki = try await PKIInstallation()
            try await pki.issueOrigin("glue-relayed", ["--host", "localhost"])
            try await pki.pki("issue", "--node", "relay1", "--role", "relay", "--address", "127.0.0.1")
            try await pki.issue("behind")
            let ports = try (0..<6).map { _ in try FreePort.next() }
            let glue = try DaemonProcess(
                "zonewright-glue",
                arguments: [
                    "--config", "\(stack.folder)/config/zonewright-glue.json", "--listen", "127.0.0.1:\(ports[0])",
                    "--ops-listen", "127.0.0.1:\(ports[1])", "--node-name", "glue-relayed", "--log-format", "text",
                ] + pki.originOptions("glue-relayed")
            )
            func relay(_ name: String) throws -> DaemonProcess {
                try DaemonProcess(
                    "zonewright-glue",
                    arguments: [
                        "--upstream", "localhost:\(ports[0])", "--replica-dir", "\(stack.folder)/relayed",
                        "--listen", "127.0.0.1:\(ports[2])", "--ops-listen", "127.0.0.1:\(ports[3])", "--node-name",
                        name, "--log-format", "text",
                    ] + pki.originOptions("relay1")
                )
            }
            let misnamed = try relay("relay2")
            #expect(try await misnamed.waitForExit() != 0)
            #expect(misnamed.log.contains("not of the relay relay2"), "\(misnamed.log)")
            let relay = try relay("relay1")
            let responder = try DaemonProcess(
                "zonewright-dns",
                arguments: [
                    "--listen", "127.0.0.1:\(ports[4])", "--ops-listen", "127.0.0.1:\(ports[5])", "--data-dir",
                    "\(stack.folder)/behind", "--upstream", "127.0.0.1:\(ports[2])", "--node-name", "behind",
                    "--log-format", "text",
                ] + pki.followerOptions("behind")
            )
            try await responder.waitForLog("following")
            #expect(try stack.api("POST", "/domains", #"{"name":"encrypted.example"}"#).status == 201)
            let deadline = ContinuousClock.now + .seconds(60)
            while try stack.ask("encrypted.example.", .soa, port: ports[4])?.answers.isEmpty != false {
                guard ContinuousClock.now < deadline else {
                    throw SupportError("no answer:\n\(glue.log)\n\(relay.log)\n\(responder.log)")
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await responder.stop() == 0)
            #expect(try await relay.stop() == 0)
            #expect(try await glue.stop() == 0)
        }

        @Test("a responder does not follow an origin of another authority, of another host, or of old TLS")
        func origins() async throws {
            let stack = try LocalStack.current
            let (pki, foreign) = (try await PKIInstallation(), try await PKIInstallation())
            try await pki.issueOrigin("glue-a", ["--address", "127.0.0.2"])
            try await foreign.issueOrigin("glue-a")
            try await pki.issue("lone")
            try await foreign.issue("lone")
            func expectRefusal(_ options: [String], port: Int, _ reason: String) async throws {
                let responder = try DaemonProcess(
                    "zonewright-dns",
                    arguments: [
                        "--listen", "127.0.0.1:\(try FreePort.next())", "--ops-listen",
                        "127.0.0.1:\(try FreePort.next())", "--data-dir", "\(stack.folder)/lone-replica",
                        "--upstream", "127.0.0.1:\(port)", "--node-name", "lone", "--log-format", "text",
                    ] + options
                )
                try await responder.waitForLog("not following")
                #expect(responder.log.contains(reason), "\(responder.log)")
                #expect(connections(responder) == 0)
                try await responder.stop()
            }
            try await SecureOrigin.with(pki) { origin in
                try await expectRefusal(pki.followerOptions("lone"), port: origin.port, "failedToValidateHostname")
                try await expectRefusal(
                    foreign.followerOptions("lone"),
                    port: origin.port,
                    "CERTIFICATE_VERIFY_FAILED"
                )
                // A follower without TLS hears nothing.
                try await expectRefusal([], port: origin.port, "silent")
            }
            let port = try FreePort.next()
            let old = try DaemonProcess(
                name: "openssl",
                program: "/usr/bin/openssl",
                arguments: [
                    "s_server", "-www", "-accept", "127.0.0.1:\(port)", "-tls1_2", "-cert",
                    foreign.certificate("glue-a"),
                    "-key", foreign.key("glue-a"),
                ]
            )
            try await old.waitForLog("ACCEPT")
            try await expectRefusal(foreign.followerOptions("lone"), port: port, "PROTOCOL_VERSION")
            old.signal(SIGKILL)
        }

        @Test("a daemon does not start with options or a certificate that cannot work")
        func starting() async throws {
            let stack = try LocalStack.current
            let pki = try await PKIInstallation()
            try await pki.issue("lone")
            func expectRefusal(_ options: [String], _ reason: String) async throws {
                let responder = try DaemonProcess(
                    "zonewright-dns",
                    arguments: [
                        "--listen", "127.0.0.1:\(try FreePort.next())", "--ops-listen",
                        "127.0.0.1:\(try FreePort.next())", "--data-dir", "\(stack.folder)/lone-replica",
                        "--upstream", "127.0.0.1:1", "--log-format", "text",
                    ] + options
                )
                #expect(try await responder.waitForExit() != 0)
                #expect(responder.log.contains(reason), "\(responder.log)")
            }
            let options = pki.followerOptions("lone")
            try await expectRefusal(options + ["--node-name", "other"], "not of the node other")
            try await expectRefusal(Array(options.prefix(2)), "go together")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: pki.key("lone"))
            try await expectRefusal(options + ["--node-name", "lone"], "mode 0644")
        }
    }
}
