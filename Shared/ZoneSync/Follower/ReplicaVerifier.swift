// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
package import Logging
import NIOPosix
import Synchronization
package import ZoneStore

/// Looks after a replica while it is served: computes the hashes of its zones again and again from what is stored, and
/// watches its file.
///
/// A zone that does not match is marked, so that readers answer SERVFAIL from it, and asked for anew by the follower.
package final class ReplicaVerifier: Sendable {
    /// How the replica is looked after.
    package struct Configuration: Sendable {
        /// The share of one processor that the first round may take.
        package var firstShare = 0.2
        /// The share of one processor that later rounds may take.
        package var share = 0.02
        /// Octets of RRsets that are read in one transaction.
        package var slice = 1 << 20
        /// How long a round takes at least.
        package var minimumRound = Duration.seconds(600)
        /// How often the file is looked at.
        package var fileInterval = Duration.seconds(5)

        /// The usual pace.
        package init() {}
    }

    /// What was done so far.
    package struct Status: Sendable, Equatable {
        /// Rounds over all zones.
        package var rounds: UInt64 = 0
        /// Zones verified.
        package var zones: UInt64 = 0
        /// Zones found damaged.
        package var damaged: UInt64 = 0
        /// Slices that failed as a whole.
        package var failures: UInt64 = 0
        /// How the file stood when it was last looked at.
        package var file = ZoneStore.FileState.sound
    }

    private let store: ZoneStore
    private let configuration: Configuration
    private let logger: Logger
    private let mend: @Sendable () -> Void
    private let cutShort: @Sendable () -> Void
    private let state = Mutex(Status())

    /// A verifier of `store`. `mend` is called when the replica as a whole does not match and has to be made equal to a
    /// snapshot, `cutShort` when the file has lost its end, which only a restart mends.
    package init(
        store: ZoneStore,
        configuration: Configuration = Configuration(),
        logger: Logger,
        mend: @escaping @Sendable () -> Void,
        cutShort: @escaping @Sendable () -> Void
    ) {
        self.store = store
        self.configuration = configuration
        self.logger = logger
        self.mend = mend
        self.cutShort = cutShort
    }

    /// What was done so far, from any thread.
    package var status: Status { state.withLock(\.self) }

    /// Verifies until cancelled, on a thread of its own.
    package func run() async {
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        defer { thread.shutdownGracefully { _ in } }
        await withTaskGroup { group in
            group.addTask { await self.verify(thread) }
            group.addTask { await self.watch(thread) }
        }
    }

    private func verify(_ thread: NIOThreadPool) async {
        var share = configuration.firstShare
        let clock = ContinuousClock()
        while !Task.isCancelled {
            let start = clock.now
            await round(thread, share: share)
            share = configuration.share
            let rest = configuration.minimumRound - (clock.now - start)
            if rest > .zero { try? await Task.sleep(for: rest) }
        }
    }

    /// All zones once, and the hash of all of them.
    private func round(_ thread: NIOThreadPool, share: Double) async {
        let clock = ContinuousClock()
        var last: Name?
        while !Task.isCancelled {
            let after = last
            let start = clock.now
            do {
                let (store, octets) = (store, configuration.slice)
                let slice = try await thread.runIfActive { try store.verify(after: after, octets: octets) }
                note(slice)
                guard let next = slice.last else { break }
                last = next
            } catch {
                // The pages themselves: not every zone is wrong, but which are cannot be told.
                fail("the replica cannot be verified: \(error)")
                return
            }
            let rest = (clock.now - start) * (1 / share - 1)
            try? await Task.sleep(for: max(rest, .milliseconds(1)))
        }
        guard !Task.isCancelled else { return }
        do {
            let store = store
            if try await !thread.runIfActive({ try store.verifySetHash() }) {
                logger.error("the hash of all zones does not match: the replica is made equal to a snapshot")
                mend()
            }
        } catch {
            fail("the replica cannot be verified: \(error)")
            return
        }
        state.withLock { $0.rounds += 1 }
    }

    private func note(_ slice: VerifiedSlice) {
        state.withLock { state in
            state.zones += UInt64(slice.zones)
            state.damaged += UInt64(slice.damaged.count)
        }
        for name in slice.damaged {
            logger.error("a zone is damaged, answers SERVFAIL and is fetched anew", metadata: ["zone": "\(name.text)"])
        }
    }

    private func fail(_ text: String) {
        state.withLock { $0.failures += 1 }
        logger.error("\(text)")
    }

    private func watch(_ thread: NIOThreadPool) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: configuration.fileInterval)
            guard !Task.isCancelled else { return }
            let store = store
            let found = try? await thread.runIfActive { try store.fileState() }
            guard let found else { continue }
            let before = state.withLock { state in
                defer { state.file = found }
                return state.file
            }
            if found == .cutShort {
                logger.critical(
                    "the replica's file was cut short while it is served",
                    metadata: ["path": "\(store.path)"]
                )
                cutShort()
                return
            }
            guard found == .removed else { continue }
            if before != .removed {
                logger.error(
                    "the replica's file was removed: it is served from memory and written again",
                    metadata: ["path": "\(store.path)"]
                )
                await restore(thread)
            }
        }
    }

    private func restore(_ thread: NIOThreadPool) async {
        do {
            let store = store
            try await thread.runIfActive { try store.restoreFile() }
            logger.notice("the replica's file was written again; changes from now on are fetched after a restart")
        } catch {
            // The next look finds it removed again.
            state.withLock { $0.file = .sound }
            logger.error("the replica's file cannot be written again: \(error)")
        }
    }
}
