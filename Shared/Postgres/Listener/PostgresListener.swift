// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
package import Logging
import Synchronization

/// Listens on channels over a connection of its own and reconnects by itself.
///
/// Notifications are hints: they get lost while the connection is down. So each channel yields one with an empty
/// payload after every (re)connection, and whoever listens looks at the state then.
package final class PostgresListener: Sendable {
    /// The notifications. Ending the iteration (or the task that iterates) closes the connection.
    package static func notifications(
        configuration: PostgresConfiguration,
        channels: [String],
        logger: Logger
    ) -> AsyncStream<PostgresNotification> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: PostgresNotification.self,
            bufferingPolicy: .bufferingNewest(256)
        )
        let listener = PostgresListener(configuration, channels, logger, continuation)
        continuation.onTermination = { _ in listener.stop() }
        listener.start()
        return stream
    }

    private let configuration: PostgresConfiguration
    private let channels: [String]
    private let logger: Logger
    private let continuation: AsyncStream<PostgresNotification>.Continuation
    /// A pipe whose reading end becomes readable when the thread has to end.
    private let wake: (reader: CInt, writer: CInt)
    private let stopping = Atomic<Bool>(false)

    private init(
        _ configuration: PostgresConfiguration,
        _ channels: [String],
        _ logger: Logger,
        _ continuation: AsyncStream<PostgresNotification>.Continuation
    ) {
        self.configuration = configuration
        self.channels = channels
        self.logger = logger
        self.continuation = continuation
        var ends: [CInt] = [-1, -1]
        // SAFETY: pipe writes two descriptors. Without them the listener still ends, after its next notification.
        _ = unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (ends[0], ends[1])
    }

    deinit {
        if wake.reader >= 0 { close(wake.reader) }
        if wake.writer >= 0 { close(wake.writer) }
    }

    private func stop() {
        stopping.store(true, ordering: .releasing)
        var byte: UInt8 = 0
        // SAFETY: one byte from a variable that outlives the call.
        _ = unsafe write(wake.writer, &byte, 1)
    }

    private func start() {
        var thread = pthread_t()
        // SAFETY: the retain is balanced in the thread, or here when there is none.
        let box = unsafe Unmanaged.passRetained(self)
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                if let argument = unsafe argument {
                    unsafe Unmanaged<PostgresListener>.fromOpaque(argument).takeRetainedValue().run()
                }
                return nil
            },
            box.toOpaque()
        )
        guard status == 0 else {
            unsafe box.release()
            logger.error("cannot start the thread that listens for notifications", metadata: ["error": "\(status)"])
            continuation.finish()
            return
        }
        pthread_detach(thread)
    }

    private func run() {
        var pause = 0.1
        while !stopping.load(ordering: .acquiring) {
            do throws(PostgresError) {
                let handle = try ConnectionHandle(configuration)
                for channel in channels {
                    let quoted = channel.split(separator: "\"", omittingEmptySubsequences: false)
                    _ = try handle.run(script: "LISTEN \"\(quoted.joined(separator: "\"\""))\"")
                }
                pause = 0.1
                for channel in channels { continuation.yield(PostgresNotification(channel: channel, payload: "")) }
                forward(from: handle)
            } catch {
                logger.debug("cannot listen for notifications", metadata: ["error": "\(error)"])
            }
            wait(milliseconds: CInt(pause * 1000 * Double.random(in: 0.5...1)), socket: nil)
            pause = min(pause * 2, 5)
        }
        continuation.finish()
    }

    /// Passes notifications on until the connection is lost or the thread has to end.
    private func forward(from handle: ConnectionHandle) {
        while !stopping.load(ordering: .acquiring) {
            wait(milliseconds: -1, socket: handle.socket)
            guard let notifications = handle.takeNotifications() else { return }
            for notification in notifications { continuation.yield(notification) }
        }
    }

    private func wait(milliseconds: CInt, socket: CInt?) {
        var descriptors = [pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0)]
        if let socket { descriptors.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        // SAFETY: the array outlives the call.
        _ = unsafe poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    }
}
