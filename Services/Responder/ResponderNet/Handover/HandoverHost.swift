// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Logging
import NIOPosix
import ResponderEngine
import Runtime
import ServiceLifecycle
import Synchronization

/// The running side of a handover: gives its sockets to a successor and then ends, without a query lost in between.
///
/// The sockets themselves move, with what waits in them. Up to the moment at which the successor answers, this process
/// does too, and whatever goes wrong before it goes on as if nothing had been.
struct HandoverHost: Service {
    /// What a handover does to the rest of the responder.
    struct Actions: Sendable {
        /// The sockets to give.
        let sockets: @Sendable () -> [HandedSocket]
        /// The secrets of DNS cookies, so that those which clients hold stay good.
        let cookieSecrets: @Sendable () -> [CookieSecret]
        /// Accepts no more connections.
        let stopAccepting: @Sendable () async -> Void
        /// Takes no more datagrams, having answered those that wait.
        let stopAnswering: @Sendable () async -> Void
        /// Lets the streams end that are open.
        let drain: @Sendable () async -> Void
    }

    /// How long a successor may take to say what it is, and to begin once the folder is free.
    private static let patience = Duration.seconds(60)
    /// How long it may take to open the replica, which may lie on a cold disk.
    private static let preparationPatience = Duration.seconds(600)

    let folder: String
    let ownership: Ownership
    let actions: Actions
    let succession: Succession
    let logger: Logger
    /// Called when successors can come, or when it is known that none can.
    let whenListening: @Sendable () -> Void
    /// Threads that may block: one waits for successors or talks to one, one waits for a child to end.
    private let pool = NIOThreadPool(numberOfThreads: 2)
    /// What a wait has to be ended for when the service is to stop.
    private let waitedFor = WaitedFor()

    init(
        folder: String,
        ownership: Ownership,
        actions: Actions,
        succession: Succession,
        logger: Logger,
        whenListening: @escaping @Sendable () -> Void
    ) {
        self.whenListening = whenListening
        self.folder = folder
        self.ownership = ownership
        self.actions = actions
        self.succession = succession
        self.logger = logger
    }

    func run() async throws {
        pool.start()
        defer { pool.shutdownGracefully { _ in } }
        let listener: HandoverSocket
        do {
            listener = try HandoverSocket.listening(in: folder)
        } catch {
            logger.error("cannot hand over to a successor", metadata: ["reason": "\(error)"])
            whenListening()
            try? await gracefulShutdown()
            return
        }
        let requests = Task { await succession.onRequest(whenListening: whenListening) { await startSuccessor() } }
        // Ends with this service.
        defer { requests.cancel() }
        await withTaskCancellationOrGracefulShutdownHandler {
            await host(listener)
            try? await gracefulShutdown()
        } onCancelOrGracefulShutdown: {
            waitedFor.stop()
        }
    }

    /// Talks to one successor after the other, until one has taken over or the service ends.
    private func host(_ listener: HandoverSocket) async {
        while waitedFor.set(listener), let connection = try? await blocking({ listener.accept() }) {
            _ = waitedFor.set(connection)
            guard await handOver(connection) else { continue }
            await actions.drain()
            succession.endProcess()
            return
        }
    }

    /// Hands over to whoever is at the other end; false when this process is to go on.
    private func handOver(_ connection: HandoverSocket) async -> Bool {
        let peer: HandoverSocket.Peer
        do {
            peer = try connection.peer()
            guard peer.user == geteuid() || peer.user == 0 else {
                logger.warning("a process of another user asked for the sockets", metadata: ["user": "\(peer.user)"])
                return false
            }
            try await prepare(connection)
        } catch {
            logger.error("no handover, this process goes on", metadata: ["reason": "\(error)"])
            try? connection.send("\(HandoverStep.refused) \(error)")
            return false
        }
        logger.info("handing over", metadata: ["successor": "\(peer.process)"])
        await ownership.release()
        do {
            try await blocking {
                try connection.send(HandoverStep.released)
                try connection.expect(HandoverStep.serving, within: Self.patience)
            }
        } catch {
            await resume(instead: peer, after: error)
            return false
        }
        await succession.yield(to: peer.process)
        await actions.stopAccepting()
        do {
            try await blocking { try connection.send(HandoverStep.stopped) }
        } catch {
            logger.error("the successor is not there any more", metadata: ["reason": "\(error)"])
        }
        await actions.stopAnswering()
        logger.info("handed over", metadata: ["successor": "\(peer.process)"])
        return true
    }

    /// Gives the sockets, and waits until all that can fail in the successor is done.
    private func prepare(_ connection: HandoverSocket) async throws {
        let sockets = actions.sockets()
        let secrets = CookieHandover.message(actions.cookieSecrets())
        try await blocking {
            try connection.expect(HandoverStep.greeting, within: Self.patience)
            var rest = sockets[...]
            while !rest.isEmpty {
                let part = rest.prefix(HandoverSocket.descriptorsPerMessage)
                rest = rest.dropFirst(part.count)
                let text = ([HandoverStep.sockets] + part.map(\.line)).joined(separator: "\n")
                try connection.send(text, part.map(\.descriptor))
            }
            try connection.send(secrets)
            try connection.send(HandoverStep.complete)
            try connection.expect(HandoverStep.prepared, within: Self.preparationPatience)
        }
    }

    /// Takes the folder back from a successor that failed after it was given it.
    private func resume(instead peer: HandoverSocket.Peer, after error: any Error) async {
        // One that hangs, or has the folder and says nothing more, would stay between the folder and everybody else.
        kill(peer.process, SIGKILL)
        for _ in 0..<100 {
            do {
                try ownership.take()
                logger.error("the successor failed, this process goes on", metadata: ["reason": "\(error)"])
                return
            } catch {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
        logger.critical("the successor failed and left the folder locked; what is held is served, and not followed")
    }

    private func startSuccessor() async {
        do {
            let successor = try Successor.start()
            logger.info("a successor was started", metadata: ["process": "\(successor.process)"])
            // Returns in this process only when the successor failed: one that took over outlives it.
            let status = try await blocking { successor.waitForExit() }
            logger.error(
                "the successor ended, this process goes on",
                metadata: ["process": "\(successor.process)", "status": "\(status)"]
            )
        } catch {
            logger.error("no successor, this process goes on", metadata: ["reason": "\(error)"])
        }
    }

    private func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await pool.runIfActive(body)
    }
}

/// The socket that a blocking call waits for, so that another thread can end the wait.
private final class WaitedFor: Sendable {
    private struct State {
        var socket: HandoverSocket?
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Sets the socket; false when there is to be no more waiting.
    func set(_ socket: HandoverSocket) -> Bool {
        state.withLock { state in
            state.socket = socket
            if state.isStopped { socket.stop() }
            return !state.isStopped
        }
    }

    /// Ends the wait, and any later one.
    func stop() {
        state.withLock { state in
            state.isStopped = true
            state.socket?.stop()
        }
    }
}
