// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Takes operators' requests at a unix socket in the data folder.
///
/// A request is one line. The answer is lines that begin with `+ `, then `OK`, or `ERR` with a code and a sentence. Only
/// the user the responder runs as, and root, may connect: the socket has mode 0600, and the system's word on who
/// connected is checked.
struct ControlServer: Service {
    typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// The socket's name in the data folder.
    static let fileName = "control"
    /// The longest path of a unix socket.
    private static let maximumPath = 107
    /// The longest request: two names in text, with escapes, and some words.
    private static let maximumLine = 4096
    private static let idleTimeout = TimeAmount.minutes(10)

    let answers: ControlAnswers
    let path: String
    let logger: Logger

    func run() async throws {
        guard path.utf8.count <= Self.maximumPath else {
            logger.warning("no control socket: its path is too long", metadata: ["path": "\(path)"])
            try? await gracefulShutdown()
            return
        }
        do {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 16)
                .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                    channel.eventLoop.makeCompletedFuture { try Connection(wrappingChannelSynchronously: channel) }
                }
            _ = unsafe chmod(path, 0o600)
            try await serve(server)
        } catch {
            // Answers to customers do not depend on it.
            logger.error("no control socket", metadata: ["path": "\(path)", "reason": "\(error)"])
            try? await gracefulShutdown()
        }
    }

    private func serve(_ server: NIOAsyncChannel<Connection, Never>) async throws {
        try await server.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections.cancelOnGracefulShutdown() {
                        group.addTask { await self.serve(connection) }
                    }
                } catch {
                    logger.error("the control socket failed", metadata: ["reason": "\(error)"])
                }
                group.cancelAll()
            }
        }
    }

    private func serve(_ connection: Connection) async {
        guard await Self.isAllowed(connection.channel) else {
            connection.channel.close(promise: nil)
            return
        }
        try? await connection.executeThenClose { inbound, outbound in
            var input = ByteBuffer()
            for try await var octets in inbound {
                input.writeBuffer(&octets)
                while let line = Self.nextLine(&input) { try await answer(line, outbound) }
                guard input.readableBytes <= Self.maximumLine else { return }
            }
        }
    }

    private static func nextLine(_ input: inout ByteBuffer) -> String? {
        guard let end = input.readableBytesView.firstIndex(of: 0x0A) else { return nil }
        let line = input.readString(length: end - input.readerIndex)
        input.moveReaderIndex(forwardBy: 1)
        return line
    }

    private func answer(_ line: String, _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        do {
            switch try ControlRequest(line: line) {
            case .status: try await write(out) { try answers.status() }
            case .zones(let below): try await writeZones(below, out)
            case .zone(let name): try await write(out) { try answers.zone(name) }
            case .purge(let name):
                try await write(out) { try answers.purge(name) }
                logger.notice("a zone was purged by an operator", metadata: ["zone": "\(name.text)"])
            case .explain(let name, let type, let wantsSignatures):
                try await write(out) { answers.explain(name, type, wantsSignatures: wantsSignatures) }
            case .top(let subject, let seconds): try await writeTop(subject, seconds, out)
            case .verify: try await write(out) { answers.verification() }
            }
            try await out.write(ByteBuffer(string: "OK\n"))
        } catch let failure as ControlFailure {
            try await out.write(ByteBuffer(string: "ERR \(failure.code.rawValue) \(failure.text)\n"))
        } catch let error where !(error is ChannelError || error is CancellationError) {
            try await out.write(ByteBuffer(string: "ERR unavailable \(error)\n"))
        }
    }

    /// Makes lines off the event loops and the cooperative pool, then writes them.
    private func write(
        _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        _ make: @escaping @Sendable () throws -> [String]
    ) async throws {
        let lines = try await NIOThreadPool.singleton.runIfActive(make)
        try await Self.write(lines, out)
    }

    private static func write(_ lines: [String], _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        guard !lines.isEmpty else { return }
        try await out.write(ByteBuffer(string: lines.map { "+ \($0)\n" }.joined()))
    }

    private func writeZones(_ below: Name?, _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>) async throws {
        var after: Name?
        repeat {
            let from = after
            let page = try await NIOThreadPool.singleton.runIfActive { try answers.zones(below: below, after: from) }
            try await Self.write(page.lines, out)
            after = page.next
        } while after != nil
    }

    private func writeTop(
        _ subject: TopCollector.Subject,
        _ seconds: Int,
        _ out: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) async throws {
        let collector = try answers.collector(subject)
        let ticket = answers.pump.add(collector)
        defer { answers.pump.remove(ticket) }
        try await Task.sleep(for: .seconds(seconds))
        let result = collector.result(50)
        var lines = ["total \(result.total)", "error \(result.error)"]
        lines += result.entries.map { "\($0.count) \($0.text)" }
        try await Self.write(lines, out)
    }

    /// Whether the process at the other end runs as the same user as this one, or as root.
    private static func isAllowed(_ channel: any Channel) async -> Bool {
        guard let provider = channel as? any SocketOptionProvider else { return false }
        let option = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
        let found: PeerCredentials? = try? await provider.unsafeGetSocketOption(level: .socket, name: option).get()
        guard let found else { return false }
        return found.user == geteuid() || found.user == 0
    }
}

/// The kernel's `struct ucred`, which the C library shows to programs only that ask for its extensions.
private struct PeerCredentials: Sendable {
    var process: Int32 = 0
    var user: UInt32 = 0
    var group: UInt32 = 0
}
