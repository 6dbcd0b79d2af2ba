// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// One change of the replica, and where in the stream it came from.
package struct FollowerOperation: Sendable {
    /// The zone as the messages name it.
    package var zone: String
    /// The position of the message; nil for a `ZONE` of a snapshot or in answer to WANT.
    package var position: UInt64?
    /// What to do to the zone.
    package var operation: ZoneOperation

    /// Whether the message carried the whole zone, so that asking for it again would give the same.
    package var isWhole: Bool {
        switch operation {
        case .replace, .overwrite: true
        case .update, .delete: false
        }
    }
}

/// What is applied in one transaction of the replica.
package struct FollowerBatch: Sendable {
    /// How the zones of the batch relate to the ones held.
    package enum Mode: Sendable, Equatable {
        /// Entries of the stream.
        case live
        /// A part of a snapshot.
        case snapshot(SnapshotPart)
        /// A step of a reconciliation.
        case manifest(ManifestStep)
    }

    /// A part of a snapshot.
    package struct SnapshotPart: Sendable, Equatable {
        /// The first part of its snapshot.
        package var isFirst: Bool
        /// The last part: what is held of generations beyond the last chunk is deleted.
        package var isLast: Bool
        /// The generation that the snapshot began behind: what is held up to it was judged before.
        package var begin: UInt64
        /// Chunks that end in this part: what is held of their generations and not mentioned in them is deleted.
        package var chunks: [Chunk]
    }

    /// A chunk of a snapshot.
    package struct Chunk: Sendable, Equatable {
        /// The last generation that it speaks for.
        package var after: UInt64
        /// The zones in it, whether or not they could be read.
        package var zones: [Name]
    }

    /// How the operations relate to what is held.
    package var mode: Mode
    /// What to do, in order.
    package var operations: [FollowerOperation]
    /// Stored with the operations. Its position is what a restart resumes from.
    package var epoch: String
    /// The position after the batch.
    package var position: UInt64
    /// Zones that are not asked for again when an operation on them fails.
    package var exhausted: Set<String>
    /// Stored with the position: how far a snapshot has come.
    package var snapshot: StreamPosition.Snapshot?

    /// The position to keep, given what came of each operation: a zone that must be asked for again holds it back.
    package func position(after outcomes: [ZoneOutcome]) -> UInt64 {
        var kept = position
        for (operation, outcome) in zip(operations, outcomes) {
            guard let position = operation.position, !exhausted.contains(operation.zone) else { continue }
            if Self.asksAgain(operation, outcome) { kept = min(kept, position - 1) }
        }
        return kept
    }

    /// Whether the whole zone should be asked for.
    package static func asksAgain(_ operation: FollowerOperation, _ outcome: ZoneOutcome) -> Bool {
        switch outcome {
        case .applied, .unchanged: false
        case .baseMismatch, .hashMismatch: true
        case .refused: !operation.isWhole
        }
    }
}

/// What came of a batch.
package struct FollowerBatchResult: Sendable {
    /// One for each operation, in order.
    package var outcomes: [ZoneOutcome]
    /// The position that is durable now.
    package var position: UInt64
    /// The set hash and number of zones after the batch.
    package var setHash: Hash256
    /// The number of zones after the batch.
    package var zones: Int
    /// What came of a step of a reconciliation.
    package var manifest: ManifestOutcome?

    /// A result of these values.
    package init(
        outcomes: [ZoneOutcome],
        position: UInt64,
        setHash: Hash256,
        zones: Int,
        manifest: ManifestOutcome? = nil
    ) {
        self.outcomes = outcomes
        self.position = position
        self.setHash = setHash
        self.zones = zones
        self.manifest = manifest
    }
}
