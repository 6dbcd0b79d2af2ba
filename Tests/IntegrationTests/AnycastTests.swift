// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import TestSupport
import Testing

/// What `Deploy/anycast` holds, with Debian's BIRD and ExaBGP.
@Suite struct AnycastTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Deploy/anycast").path

    private static func run(_ program: String, _ arguments: String...) async throws -> (status: Int32, output: String) {
        let process = try DaemonProcess(name: program, program: program, arguments: arguments)
        return (try await process.waitForExit(), process.log)
    }

    private static func temporaryFolder() throws -> String {
        let path = "/tmp/anycast-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("BIRD takes its configuration, and not a broken one")
    func birdConfiguration() async throws {
        let good = try await Self.run("/usr/sbin/bird", "-p", "-c", Self.folder + "/bird/bird.conf")
        #expect(good.status == 0, "\(good.output)")
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = try String(contentsOfFile: Self.folder + "/bird/bird.conf", encoding: .utf8)
        // Without the included file the filter of the sessions is not there.
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("include") }
        try lines.joined(separator: "\n").write(toFile: folder + "/bird.conf", atomically: true, encoding: .utf8)
        #expect(try await Self.run("/usr/sbin/bird", "-p", "-c", folder + "/bird.conf").status != 0)
    }

    @Test("ExaBGP takes its configuration, the built program takes the options in it, and not a broken one")
    func exabgpConfiguration() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // ExaBGP looks for the program, so it is shown the built one.
        let program = try DaemonProcess.executable("zonewright").path
        let text = try String(contentsOfFile: Self.folder + "/exabgp/exabgp.conf", encoding: .utf8)
            .replacingOccurrences(of: "/usr/bin/zonewright", with: program)
        try text.write(toFile: folder + "/good.conf", atomically: true, encoding: .utf8)
        let good = try await Self.run("/usr/sbin/exabgp", "--validate", folder + "/good.conf")
        #expect(good.status == 0, "\(good.output)")
        let broken = text.replacingOccurrences(of: "family {", with: "families {")
        try broken.write(toFile: folder + "/broken.conf", atomically: true, encoding: .utf8)
        #expect(try await Self.run("/usr/sbin/exabgp", "--validate", folder + "/broken.conf").status == 1)
        // A zero for --rise is refused only after everything else has been read.
        let command = try #require(text.split(separator: "\n").first { $0.contains("run " + program) })
        let words = command.split(separator: " ").dropFirst(2).map { $0.trimmingCharacters(in: [";"]) }
        let check = try DaemonProcess("zonewright", arguments: words + ["--rise", "0"])
        #expect(try await check.waitForExit() == 64)
        #expect(check.log.contains("--rise: must be from 1 to 1000"), "\(check.log)")
    }

    /// BIRD's word for the state of `protocol`: `up` or `down`.
    private static func state(_ name: String, _ socket: String) async throws -> String? {
        let answer = try await run("/usr/sbin/birdc", "-s", socket, "show", "protocols", name)
        let line = answer.output.split(separator: "\n").first { $0.hasPrefix(name + " ") }
        let words = line?.split(separator: " ") ?? []
        return words.count > 3 ? String(words[3]) : nil
    }

    private static func wait(_ state: String, _ socket: String, _ script: DaemonProcess) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        for name in ["zonewright_anycast4", "zonewright_anycast6"] {
            while try await self.state(name, socket) != state {
                guard ContinuousClock.now < deadline, script.exitStatus == nil else {
                    throw SupportError("\(name) is not \(state); the script's log:\n\(script.log)")
                }
            }
        }
    }

    private static func bird(_ folder: String) throws -> DaemonProcess {
        try DaemonProcess(
            name: "bird",
            program: "/usr/sbin/bird",
            arguments: ["-f", "-c", folder + "/bird.conf", "-s", folder + "/ctl", "-P", folder + "/pid"]
        )
    }

    @Test("the script enables BIRD's protocols for a responder that answers, disables them for a dead one")
    func birdFollows() async throws {
        let folder = try Self.temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // The snippet itself, in a BIRD that speaks with nobody.
        let snippet = "include \"\(Self.folder)/bird/zonewright-anycast.conf\";\n"
        let text = "router id 192.0.2.1;\nprotocol device {}\n" + snippet
        try text.write(toFile: folder + "/bird.conf", atomically: true, encoding: .utf8)
        let socket = folder + "/ctl"
        let first = try Self.bird(folder)
        let responder = try await LoneResponder.start(origin: "example.", lines: HealthTests.zone)
        let script = try DaemonProcess(
            name: "zonewright-anycast-bird",
            program: Self.folder + "/bird/zonewright-anycast-bird",
            arguments: ["zonewright_anycast4 zonewright_anycast6", "--server", "127.0.0.1:\(responder.port)"]
                + HealthTests.canary + ["--interval", "50ms"],
            environment: [
                "BIRD_SOCKET": socket, "ZONEWRIGHT": try DaemonProcess.executable("zonewright").path,
                "SWIFT_BACKTRACE": "enable=no",
            ]
        )
        try await Self.wait("up", socket, script)
        // A BIRD that was started anew begins with nothing announced, and is told again.
        try await first.stop()
        let second = try Self.bird(folder)
        try await Self.wait("up", socket, script)
        responder.process.signal(SIGKILL)
        try await Self.wait("down", socket, script)
        try await script.stop()
        try await second.stop()
        try await responder.stop()
    }

    @Test("the script gives the check's exit status for wrong options")
    func scriptUsage() async throws {
        let script = try DaemonProcess(
            name: "zonewright-anycast-bird",
            program: Self.folder + "/bird/zonewright-anycast-bird",
            arguments: ["zonewright_anycast4", "--server", "nowhere"],
            environment: ["ZONEWRIGHT": try DaemonProcess.executable("zonewright").path]
        )
        #expect(try await script.waitForExit() == 64)
    }
}
