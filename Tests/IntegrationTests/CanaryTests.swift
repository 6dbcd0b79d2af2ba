// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    @Suite("A canary site") struct CanaryTests {
        @Test(
            "A canary that stops answering holds changes back from the other sites until it is well, or the operator acts"
        )
        func stoppedCanary() async throws {
            let stack = try LocalStack.current
            // A second origin of the installation: its followers wait for the canary, those of the first do not.
            let (port, operationsPort) = (try FreePort.next(), try FreePort.next())
            let glue = try DaemonProcess(
                "zonewright-glue",
                arguments: [
                    "--config", "\(stack.folder)/config/zonewright-glue.json",
                    "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)", "--node-name",
                    "glue-canary", "--canary-site", "lab", "--canary-wait", "300ms",
                ],
                environment: ["SWIFT_BACKTRACE": "enable=no"]
            )
            try await glue.waitUntilReady(port: operationsPort)
            let canary = try await SiteResponder.start("lab1", site: "lab", upstream: port)
            let other = try await SiteResponder.start("ams2", site: "ams", upstream: port)
            try stack.makeRegionsZone()
            _ = try stack.limited("canary", "192.0.2.1", ["global"])
            try await canary.answers(["192.0.2.1"], "canary")
            try await other.answers(["192.0.2.1"], "canary")
            #expect(try await stack.status { $0.contains("canary site lab") && !$0.contains("held since") })

            // Neither dead nor well.
            canary.process.signal(SIGSTOP)
            _ = try stack.limited("held", "192.0.2.2", ["global"])
            #expect(try await stack.status { $0.contains("held since") && $0.contains("lab1 has not acknowledged") })
            try await other.answers([], "held")
            let metrics = try HTTPClient(port: operationsPort, timeout: .seconds(5)).get("/metrics").text
            #expect(metrics.contains("glue_rollout_held 1"), "\(metrics)")
            canary.process.signal(SIGCONT)
            try await other.answers(["192.0.2.2"], "held")
            #expect(try await stack.status { !$0.contains("held since") })

            canary.process.signal(SIGKILL)
            _ = try await canary.process.waitForExit()
            _ = try stack.limited("gone", "192.0.2.3", ["global"])
            #expect(try await stack.status { $0.contains("no responder of the canary site is connected") })
            try await other.answers([], "gone")
            let released = try await stack.zonewright("release", "--rollout")
            #expect(released.status == 0 && released.output.contains("let go"), "\(released.output)")
            try await other.answers(["192.0.2.3"], "gone")
            #expect(try await stack.zonewright("release", "--rollout").status == 1)

            try await other.stop()
            _ = try await glue.stop()
            try? FileManager.default.removeItem(atPath: canary.folder)
        }
    }
}

extension LocalStack {
    /// Whether `zonewright status` comes to show what it should.
    fileprivate func status(until isRight: (String) -> Bool) async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            if isRight(try await zonewright("status").output) { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
