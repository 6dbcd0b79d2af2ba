// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import DNSText
import DNSWire
import Foundation

/// `zonewright health`.
struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask a name server for a canary record; tell whether it is fit to be announced.",
        discussion: """
            Ends with 0 when the server answers as it should, with 1 when it does not, with 64 for wrong usage and with \
            69 when this machine could not ask. With --watch it goes on, and writes 'up' and 'down', or ExaBGP's \
            commands, to standard output, reasons to standard error.
            """
    )

    @Option(help: "The server, HOST:PORT with a literal address.")
    var server: String

    @Option(help: "The canary's name.")
    var name: String

    @Option(help: "The canary's type.")
    var type = "SOA"

    @Option(help: "The RDATA that the canary must have, as a master file has it. Without it any will do.")
    var expect: String?

    @Flag(help: "Ask over TCP, too; both must answer.")
    var tcp = false

    @Option(help: "How long to wait for an answer over each transport.")
    var timeout = TimeSpan(duration: .seconds(1))

    @Flag(help: "Check again and again.")
    var watch = false

    @Option(help: "With --watch: the time between checks, give or take a tenth.")
    var interval = TimeSpan(duration: .seconds(1))

    @Option(help: "With --watch: successes in a row that make it up.")
    var rise = 3

    @Option(help: "With --watch: failures in a row that make it down.")
    var fall = 2

    @Option(help: "With --watch: a file; while it exists the server is down.")
    var drain: String?

    @Option(name: .customLong("peer"), help: "With --watch: a server of another site, HOST:PORT. May be repeated.")
    var peers: [String] = []

    @Option(help: "With --peer: how long most peers may have a newer serial of the canary's zone before it counts.")
    var maximumLag = TimeSpan(duration: .seconds(300))

    @Option(help: "With --watch: write ExaBGP's commands for this prefix. May be repeated.")
    var exabgp: [RoutePrefix] = []

    func validate() throws {
        _ = try check()
        _ = try peerAddresses()
        guard (1...1_000).contains(rise) else { throw ValidationError("--rise: must be from 1 to 1000") }
        guard (1...1_000).contains(fall) else { throw ValidationError("--fall: must be from 1 to 1000") }
        guard (.milliseconds(10)...Duration.seconds(60)).contains(timeout.duration) else {
            throw ValidationError("--timeout: must be from 10ms to 1m")
        }
        guard (.milliseconds(10)...Duration.seconds(3_600)).contains(interval.duration) else {
            throw ValidationError("--interval: must be from 10ms to 1h")
        }
        guard peers.count <= 32 else { throw ValidationError("--peer: 32 at most") }
        guard watch || (exabgp.isEmpty && peers.isEmpty && drain == nil) else {
            throw ValidationError("--exabgp, --peer and --drain need --watch")
        }
    }

    func run() async throws {
        let check = try check()
        if watch {
            var watch = HealthWatch(
                check: check,
                announcement: HealthAnnouncement(prefixes: exabgp),
                peers: try peerAddresses(),
                drainFile: drain,
                interval: interval.duration,
                hysteresis: HealthHysteresis(rise: rise, fall: fall),
                comparison: PeerComparison(maximumLag: maximumLag.duration)
            )
            do {
                try await watch.run()
            } catch let error as ControlError {
                try Self.end(error.description, 69)
            }
        }
        switch await check.verdict() {
        case .healthy: print("healthy")
        case .unhealthy(let reason): try Self.end("unhealthy: \(reason)", 1)
        case .unknown(let reason): try Self.end("could not check: \(reason)", 69)
        }
    }

    private static func end(_ text: String, _ status: Int32) throws -> Never {
        FileHandle.standardError.write(Data("\(text)\n".utf8))
        throw ExitCode(status)
    }

    private func check() throws -> HealthCheck {
        guard let type = RRType(mnemonic: type) else { throw ValidationError("--type: no such type: \(type)") }
        guard let name = try? Name(text: name, origin: .root) else {
            throw ValidationError("--name: '\(name)' is no name")
        }
        var expected: [UInt8]?
        if let expect {
            do {
                expected = try RDataText.parse(type: type, text: expect, origin: .root)
            } catch {
                throw ValidationError("--expect: '\(expect)' is no \(type) record: \(error)")
            }
        }
        return HealthCheck(
            server: try Self.address(server, "--server"),
            question: Question(name: name, type: type),
            expected: expected,
            usesStream: tcp,
            timeout: timeout.duration
        )
    }

    private func peerAddresses() throws -> [ServerAddress] {
        try peers.map { try Self.address($0, "--peer") }
    }

    private static func address(_ text: String, _ option: String) throws -> ServerAddress {
        guard let address = ServerAddress(text) else {
            throw ValidationError("\(option): '\(text)' is not HOST:PORT with a literal address")
        }
        return address
    }
}
