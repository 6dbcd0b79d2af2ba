// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import Logging
import NIOCore
import TestSupport
import ZoneSync

/// A real responder that follows an origin in this process, and whose replica is maltreated in between.
final class DamagedReplica {
    /// What is wrapped around the daemon.
    enum Wrapping {
        /// Nothing.
        case none
        /// No right to pass over permissions, which the superuser has otherwise.
        case bound
        /// A mount namespace of its own with a small file system at the folder.
        case smallDisk
    }

    /// How many zones there are: `z1.test.` and so on.
    static let zones = 20
    /// The text of `text.zN.test.`, that stands nowhere else in the file.
    static func text(_ number: Int) -> String { "the only text of zone number \(number) of them" }

    /// The replica's folder.
    let folder: String
    /// The zones' origin.
    let origin = DamageOrigin()
    /// The daemon that was started last.
    private(set) var process: DaemonProcess
    private let port: Int
    private let operationsPort: Int
    private let server: OriginServer
    private let wrapping: Wrapping

    /// Starts an origin, and a responder with an empty replica.
    init(_ wrapping: Wrapping = .none) async throws {
        self.wrapping = wrapping
        folder = NSTemporaryDirectory() + "damaged-\(getpid())-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        port = try FreePort.next()
        operationsPort = try FreePort.next()
        for number in 1...Self.zones { try origin.publish("z\(number).test.", Self.lines(number)) }
        server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "origin"),
            source: origin,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        process = try Self.spawn(wrapping, folder, port, operationsPort, server.localAddress?.port ?? 1)
    }

    /// The records of a zone besides SOA and NS; another address in each version.
    static func lines(_ number: Int, version: Int = 1) -> [String] {
        [
            "www.z\(number).test. 60 IN A 192.0.\(version).\(number)",
            "text.z\(number).test. 60 IN TXT \"\(text(number))\"",
        ]
    }

    /// Runs the origin while `body` runs, which is called when all zones are answered.
    func run(_ body: () async throws -> Void) async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [server] in try await server.run() }
            let result: Result<Void, any Error>
            do {
                try await untilWhole()
                result = .success(try await body())
            } catch {
                result = .failure(SupportError("\(error); the log:\n\(process.log.suffix(3_000))"))
            }
            if process.exitStatus == nil { try await process.stop() }
            server.drain()
            try await tasks.waitForAll()
            try result.get()
        }
    }

    /// Ends the daemon in order.
    func stop() async throws {
        let status = try await process.stop()
        guard status == 0 else { throw SupportError("the daemon ended with \(status)") }
    }

    /// Starts the daemon again, with or without the origin to fetch from.
    func start(alone: Bool = false) throws {
        let upstream = alone ? 1 : server.localAddress?.port ?? 1
        process = try Self.spawn(wrapping, folder, port, operationsPort, upstream)
    }

    /// Publishes the next version of a zone, and says so.
    func publish(_ number: Int, version: Int, _ further: [String] = []) throws {
        try origin.publish("z\(number).test.", Self.lines(number, version: version) + further)
        server.wake()
    }

    /// The answer to a question, nil when none comes.
    func ask(_ name: String, _ type: RRType) throws -> Message? {
        let client = DNSClient(port: port, timeout: .milliseconds(500))
        // A server that is not there refuses the datagram.
        let answer = try? client.askUDP(DNSClient.question(try Name(text: name), type))
        return try answer.map { try Message(wire: $0) }
    }

    /// The address that `www` of a zone has now, nil for no answer or a failure. Throws when it is a wrong one.
    func address(_ number: Int) throws -> [UInt8]? {
        guard let message = try ask("www.z\(number).test.", .a) else { return nil }
        switch message.rcode {
        case .serverFailure, .refused: return nil
        default:
            guard message.rcode == .noError, let rdata = message.answers.first?.rdata, rdata[3] == UInt8(number) else {
                throw SupportError("a wrong answer: \(message)")
            }
            return rdata
        }
    }

    /// Waits until a condition holds.
    func until(_ goal: String, _ isReached: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !isReached() {
            guard ContinuousClock.now < deadline else { throw SupportError("not in time: \(goal)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until each zone is answered.
    func untilWhole() async throws {
        for number in 1...Self.zones {
            try await until("z\(number).test. is answered") { try address(number) != nil }
        }
    }

    /// The path of the replica's file.
    var file: String { folder + "/data.mdb" }

    /// Flips a bit of every place in the file where `pattern` stands; how many there were.
    func flip(_ pattern: String) throws -> Int {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        let octets = try handle.readToEnd() ?? Data()
        var count = 0
        var start = octets.startIndex
        while let range = octets.range(of: Data(pattern.utf8), in: start..<octets.endIndex) {
            try handle.seek(toOffset: UInt64(range.lowerBound))
            try handle.write(contentsOf: [octets[range.lowerBound] ^ 0x04])
            start = range.upperBound
            count += 1
        }
        return count
    }

    /// Runs a command in the mount namespace of the daemon.
    func runInside(_ command: [String]) async throws {
        let inside = try DaemonProcess(
            name: "nsenter",
            program: "/usr/bin/nsenter",
            arguments: ["-t", "\(process.identifier)", "-m"] + command
        )
        let status = try await inside.waitForExit()
        guard status == 0 else { throw SupportError("\(command): \(inside.log)") }
    }

    private static func spawn(
        _ wrapping: Wrapping,
        _ folder: String,
        _ port: Int,
        _ operationsPort: Int,
        _ upstream: Int
    ) throws -> DaemonProcess {
        let program = try DaemonProcess.executable("zonewright-dns").path
        let arguments = [
            "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operationsPort)", "--data-dir", folder,
            "--upstream", "127.0.0.1:\(upstream)", "--node-name", "damaged", "--log-format", "text",
        ]
        let whole: [String] =
            switch wrapping {
            case .none: [program]
            case .bound:
                ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search", program]
            case .smallDisk:
                [
                    "/usr/bin/unshare", "-m", "/bin/sh", "-c",
                    "mount -t tmpfs -o size=1m tmpfs \"$0\" && shift && exec \"$@\"", folder, "-", program,
                ]
            }
        return try DaemonProcess(
            name: "zonewright-dns",
            program: whole[0],
            arguments: whole.dropFirst() + arguments,
            environment: ["SWIFT_BACKTRACE": "enable=no"]
        )
    }
}
