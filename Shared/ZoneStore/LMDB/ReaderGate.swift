// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import Synchronization

/// Keeps readers out while the map is made larger: LMDB may move it then, under the feet of whoever reads.
///
/// A reader pays one store and one load a batch, and no lock unless the map is growing at that moment.
final class ReaderGate: Sendable {
    /// Whether one reader is looking at the map right now.
    final class Presence: Sendable {
        fileprivate let isInside = Atomic<Bool>(false)
    }

    private let isClosed = Atomic<Bool>(false)
    private let closures = Atomic<Int>(0)
    private let presences = Mutex<[Presence]>([])

    /// How often the map may have been moved. What a reader has found in the map is void when this has changed since.
    var moves: Int { closures.load(ordering: .acquiring) }

    /// A new reader's presence; give it back with `leave(forever:)`.
    func register() -> Presence {
        let presence = Presence()
        presences.withLock { $0.append(presence) }
        return presence
    }

    /// Forgets a reader that is not inside.
    func unregister(_ presence: Presence) {
        presences.withLock { all in all.removeAll { $0 === presence } }
    }

    /// Goes in, as soon as the gate is open.
    func enter(_ presence: Presence) {
        while true {
            presence.isInside.store(true, ordering: .sequentiallyConsistent)
            if !isClosed.load(ordering: .sequentiallyConsistent) { return }
            presence.isInside.store(false, ordering: .sequentiallyConsistent)
            // Whoever closed the gate holds this lock until it is open again.
            presences.withLock { _ in }
        }
    }

    /// Goes out.
    func exit(_ presence: Presence) {
        presence.isInside.store(false, ordering: .releasing)
    }

    /// Runs `body` while no reader is inside.
    func whileEmpty<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
        try presences.withLock { all throws(Failure) in
            isClosed.store(true, ordering: .sequentiallyConsistent)
            defer { isClosed.store(false, ordering: .sequentiallyConsistent) }
            for presence in all {
                while presence.isInside.load(ordering: .sequentiallyConsistent) {
                    sched_yield()
                }
            }
            closures.add(1, ordering: .releasing)
            try body()
        }
    }
}
