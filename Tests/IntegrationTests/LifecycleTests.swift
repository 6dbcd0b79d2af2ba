// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite("Life cycle") struct LifecycleTests {
        @Test("each daemon says that it lives and is ready, and gives its metrics", arguments: [1, 3, 5, 6])
        func operations(offset: Int) throws {
            let client = HTTPClient(port: try LocalStack.current.portBase + offset)
            #expect(try client.get("/livez").status == 200)
            #expect(try client.get("/readyz").status == 200)
            let metrics = try client.get("/metrics")
            #expect(metrics.status == 200)
            #expect(metrics.text.contains("# TYPE "))
        }

        @Test(
            "SIGTERM drains each daemon and it exits with 0",
            arguments: [
                ("zonewright-web", "listen"), ("zonewright-glue", "listen"), ("zonewright-dns", "listen"),
                ("zonewright-worker", nil),
            ]
        )
        func termination(name: String, listen: String?) async throws {
            let stack = try LocalStack.current
            let operations = try FreePort.next()
            var arguments = [
                "--config", "\(stack.folder)/config/\(name).json", "--ops-listen", "127.0.0.1:\(operations)",
            ]
            if let listen { arguments += ["--\(listen)", "127.0.0.1:\(try FreePort.next())"] }
            if name == "zonewright-web" { arguments += ["--redirector-listen", "127.0.0.1:\(try FreePort.next())"] }
            if name == "zonewright-dns" { arguments += ["--data-dir", "\(stack.folder)/drained-replica"] }
            // Under the name of the one that runs it would take over that one's consumers.
            if name == "zonewright-dns" || name == "zonewright-glue" { arguments += ["--node-name", "drained"] }
            let process = try DaemonProcess(name, arguments: arguments)
            try await process.waitUntilReady(port: operations)
            #expect(try await process.stop() == 0, "\(process.log)")
        }

        @Test("a responder follows, and answers over UDP and TCP, with no capability of the kernel's")
        func withoutCapabilities() async throws {
            let stack = try LocalStack.current
            _ = try stack.api("POST", "/domains", #"{"name":"unprivileged.example"}"#)
            let port = try FreePort.next()
            let limits = getuid() == 0 ? ["--bounding-set=-all", "--inh-caps=-all"] : ["--no-new-privs"]
            let process = try DaemonProcess(
                name: "zonewright-dns",
                program: "/usr/bin/setpriv",
                arguments: limits + [
                    try DaemonProcess.executable("zonewright-dns").path, "--listen", "127.0.0.1:\(port)",
                    "--ops-listen", "127.0.0.1:\(try FreePort.next())", "--node-name", "unprivileged",
                    "--data-dir", "\(stack.folder)/unprivileged-replica",
                    "--upstream", "127.0.0.1:\(stack.portBase + 2)",
                ]
            )
            let question = DNSClient.question(try Name(text: "unprivileged.example."), .soa)
            let client = DNSClient(port: port)
            let deadline = ContinuousClock.now + .seconds(60)
            var answer: Message?
            while ContinuousClock.now < deadline, answer?.answers.isEmpty != false {
                if let octets = try? client.askTCP(question) { answer = try Message(wire: octets) }
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(answer?.answers.count == 1, "\(process.log)")
            let overUDP = try #require(try client.askUDP(question))
            #expect(try Message(wire: overUDP).answers == answer?.answers)
            #expect(try await process.stop() == 0, "\(process.log)")
        }

        @Test(
            "--help documents every option of each daemon",
            arguments: [
                "zonewright-web", "zonewright-glue", "zonewright-dns", "zonewright-worker",
            ]
        )
        func help(name: String) async throws {
            let process = try DaemonProcess(name, arguments: ["--help"])
            #expect(try await process.waitForExit() == 0)
            for option in ["--config", "--ops-listen", "--log-format", "--log-level"] {
                #expect(process.log.contains(option), "\(name) does not document \(option)")
            }
        }

        @Test("doctor finds nothing wrong, and says what is when something is")
        func doctor() async throws {
            let stack = try LocalStack.current
            let healthy = try await stack.zonewright("doctor")
            #expect(healthy.status == 0, "\(healthy.output)")
            let pid = try stack.processID("zonewright-worker")
            kill(pid, SIGSTOP)
            let sick = try await stack.zonewright("doctor")
            kill(pid, SIGCONT)
            #expect(sick.status == 1)
            #expect(sick.output.contains("zonewright-worker"), "\(sick.output)")
        }

        @Test("zone export prints what zone import takes")
        func exportAndImport() async throws {
            let stack = try LocalStack.current
            let name = try #require(JSONText(try stack.api("GET", "/zones").text).strings("name").first)
            let exported = try await stack.zonewright("zone", "export", name)
            #expect(exported.status == 0)
            let file = "\(stack.folder)/\(name).zone"
            try exported.output.write(toFile: file, atomically: true, encoding: .utf8)
            let report = try await stack.zonewright("zone", "import", file, "--dry-run")
            #expect(report.output.contains("\(name): no changes, "), "\(report.output)")
        }
    }
}
