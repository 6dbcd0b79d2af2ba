// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Sends what passes the taps to a collector as dnstap.
///
/// Nothing waits for the collector: while it is away, or slow, messages are left out and counted.
final class DnstapStream: TapConsumer, Service {
    /// What was done so far.
    struct Totals: Sendable, Equatable {
        /// Messages handed to the system.
        var sent = 0
        /// Messages left out because the collector was away or slow.
        var dropped = 0
        /// Connections made, or files opened.
        var connections = 0
    }

    private struct State {
        var channel: (any Channel)?
        var descriptor: CInt = -1
        var pending = ByteBuffer()
        var pendingMessages = 0
        var totals = Totals()
    }

    private static let shortestWait = Duration.milliseconds(100)
    private static let longestWait = Duration.seconds(10)
    /// Octets on their way to a slow collector, before messages are left out.
    private static let bound = 4 << 20

    private let target: DnstapTarget
    private let kinds: [DnstapKind]
    private let encoder: DnstapEncoder
    private let pump: TapPump
    private let logger: Logger
    private let state = Mutex(State())

    /// A stream to `target` of the messages of `kinds`.
    init(target: DnstapTarget, kinds: [DnstapKind], encoder: DnstapEncoder, pump: TapPump, logger: Logger) {
        self.target = target
        self.kinds = kinds
        self.encoder = encoder
        self.pump = pump
        self.logger = logger
    }

    /// What was done so far, from any thread.
    var totals: Totals { state.withLock(\.totals) }

    func take(_ tapped: TappedQuery) {
        state.withLock { state in
            for kind in kinds {
                if kind == .authResponse, unsafe tapped.response.isEmpty { continue }
                guard state.channel != nil || state.descriptor >= 0 else {
                    state.totals.dropped += 1
                    continue
                }
                FrameStreams.append(encoder.payload(kind, tapped), to: &state.pending)
                state.pendingMessages += 1
            }
        }
    }

    func flush() {
        state.withLock { state in
            guard state.pendingMessages > 0 else { return }
            let count = state.pendingMessages
            defer {
                state.pending = ByteBuffer()
                state.pendingMessages = 0
            }
            if let channel = state.channel {
                guard channel.isWritable else {
                    state.totals.dropped += count
                    return
                }
                channel.writeAndFlush(state.pending, promise: nil)
                state.totals.sent += count
            } else if state.descriptor >= 0, Self.write(state.pending, to: state.descriptor) {
                state.totals.sent += count
            } else {
                state.totals.dropped += count
            }
        }
    }

    /// Streams until shutdown.
    func run() async throws {
        let ticket = pump.add(self)
        defer { pump.remove(ticket) }
        switch target {
        case .socket(let path): await cancelWhenGracefulShutdown { await self.stream(to: path) }
        case .file(let path): try await write(to: path)
        }
    }

    private func stream(to path: String) async {
        var wait = Self.shortestWait
        var saidWhy = false
        while !Task.isCancelled {
            do {
                let channel = try await connect(path)
                if saidWhy { logger.notice("dnstap: the collector is there", metadata: ["path": "\(path)"]) }
                saidWhy = false
                wait = Self.shortestWait
                await withTaskCancellationHandler {
                    try? await channel.closeFuture.get()
                } onCancel: {
                    self.stop(channel)
                }
            } catch {
                if !saidWhy {
                    logger.warning("dnstap: no collector", metadata: ["path": "\(path)", "reason": "\(error)"])
                }
                saidWhy = true
            }
            state.withLock { $0.channel = nil }
            try? await Task.sleep(for: wait)
            wait = min(wait * 2, Self.longestWait)
        }
    }

    private func connect(_ path: String) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.writeBufferWaterMark, value: .init(low: Self.bound / 2, high: Self.bound))
            .connectTimeout(.seconds(5))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        DnstapHandler { [self, channel] in
                            state.withLock { state in
                                state.channel = channel
                                state.totals.connections += 1
                            }
                        }
                    )
                }
            }
            .connect(unixDomainSocketPath: path).get()
    }

    private func stop(_ channel: any Channel) {
        state.withLock { $0.channel = nil }
        channel.writeAndFlush(FrameStreams.control(.stop)).whenComplete { _ in channel.close(promise: nil) }
    }

    private func write(to path: String) async throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            // SAFETY: strerror returns a string closed by a zero octet, which is copied at once.
            let reason = unsafe String(cString: strerror(errno))
            logger.error("dnstap: the file cannot be written", metadata: ["path": "\(path)", "reason": "\(reason)"])
            try? await gracefulShutdown()
            return
        }
        _ = Self.write(FrameStreams.control(.start, contentType: DnstapEncoder.contentType), to: descriptor)
        state.withLock { state in
            state.descriptor = descriptor
            state.totals.connections += 1
        }
        try? await gracefulShutdown()
        state.withLock { $0.descriptor = -1 }
        _ = Self.write(FrameStreams.control(.stop), to: descriptor)
        close(descriptor)
    }

    /// Whether all octets were written. A disk that is full cuts the last frame off: what follows could not be read.
    private static func write(_ buffer: ByteBuffer, to descriptor: CInt) -> Bool {
        unsafe buffer.withUnsafeReadableBytes { octets in
            var done = 0
            while done < octets.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: octets[done...])
                let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    // Back to the end of the last whole frame.
                    let end = lseek(descriptor, 0, SEEK_CUR) - off_t(done)
                    _ = ftruncate(descriptor, end)
                    _ = lseek(descriptor, end, SEEK_SET)
                    return false
                }
                done += count
            }
            return true
        }
    }
}
