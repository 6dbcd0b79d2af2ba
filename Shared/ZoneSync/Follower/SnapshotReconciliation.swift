// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// Turns the zones of a snapshot into operations on a replica that may hold anything: another epoch's versions, zones
/// that are gone, or the same already.
package struct SnapshotReconciliation: Sendable {
    /// A zone as the replica holds it.
    package struct Held: Sendable, Equatable {
        /// Which life of the name is held.
        package var generation: UInt64
        /// The version held.
        package var version: UInt64
        /// The zone hash held.
        package var hash: Hash256

        /// A zone held in this state.
        package init(generation: UInt64, version: UInt64, hash: Hash256) {
            self.generation = generation
            self.version = version
            self.hash = hash
        }
    }

    /// Held zones that the snapshot has not mentioned so far.
    private var unseen: [Name: Held]
    private var mentioned = false

    /// A reconciliation with the zones held at its beginning. What the snapshot says wins even where the version held
    /// is greater: it may be of another epoch.
    package init(held: [Name: Held]) {
        unseen = held
    }

    /// The operations that bring one zone to what the snapshot says, in order; the last is the one to judge by.
    package mutating func operations(for contents: ZoneContents) -> [ZoneOperation] {
        mentioned = true
        guard let held = unseen.removeValue(forKey: contents.name) else { return [.replace(contents)] }
        let incoming = Held(generation: contents.generation, version: contents.version, hash: contents.hash)
        let wins = (held.generation, held.version) < (incoming.generation, incoming.version)
        if wins || held == incoming { return [.replace(contents)] }
        return [
            .delete(name: contents.name, generation: held.generation, version: held.version),
            .replace(contents),
        ]
    }

    /// A zone that the snapshot mentions and that stays as it is held.
    package mutating func keep(_ zone: Name) {
        mentioned = true
        unseen[zone] = nil
    }

    /// Deletions of everything that the snapshot did not mention; none after a snapshot that mentioned nothing at all,
    /// for an origin that lost its zones must not empty the replicas.
    package mutating func deletions() -> [ZoneOperation] {
        guard mentioned else { return [] }
        let gone = unseen
        unseen = [:]
        return gone.map { .delete(name: $0.key, generation: $0.value.generation, version: $0.value.version) }
    }
}
