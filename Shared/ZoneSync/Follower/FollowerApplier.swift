// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import ZoneStore

/// Applies batches to a replica, on whatever thread the caller has for it: every call blocks on the disk.
///
/// One for each connection: it remembers the snapshot or the reconciliation being taken.
package struct FollowerApplier {
    private let store: ZoneStore
    private var deletions: SnapshotDeletions?
    private var reconciliation: ManifestReconciliation
    /// How far the snapshot is durable; nil once a zone of it has to be asked for again.
    private var mark: StreamPosition.Snapshot?
    private var isMarkHeld = false

    /// An applier for a new connection.
    package init(store: ZoneStore) {
        self.store = store
        reconciliation = ManifestReconciliation(store: store)
    }

    /// Applies a batch; durable when this returns. When it throws, nothing of the batch was applied.
    package mutating func apply(_ batch: FollowerBatch) throws(ZoneStoreError) -> FollowerBatchResult {
        let outcomes: [ZoneOutcome]
        var manifest: ManifestOutcome?
        switch batch.mode {
        case .live:
            outcomes = try store.apply(
                batch.operations.map(\.operation),
                position: position(batch.position, batch),
                log: .entries(batch.operations.map(\.position))
            )
        case .snapshot(let part):
            outcomes = try apply(part, of: batch)
        case .manifest(let step):
            (outcomes, manifest) = try apply(step, of: batch)
        }
        let kept = batch.position(after: outcomes)
        if kept < batch.position {
            // A zone of the batch must be fetched whole: a restart before that has to begin in front of it.
            _ = try store.apply([], position: position(kept, batch))
        }
        return FollowerBatchResult(
            outcomes: outcomes,
            position: kept,
            setHash: try store.setHash(),
            zones: try store.count(),
            manifest: manifest
        )
    }

    private func position(_ position: UInt64, _ batch: FollowerBatch) -> StreamPosition {
        StreamPosition(epoch: batch.epoch, position: position)
    }

    // MARK: Snapshots

    private mutating func apply(
        _ part: FollowerBatch.SnapshotPart,
        of batch: FollowerBatch
    ) throws(ZoneStoreError) -> [ZoneOutcome] {
        if part.isFirst {
            deletions = try SnapshotDeletions(store, after: part.begin)
            mark = nil
            isMarkHeld = false
        }
        var operations = Self.overwriting(batch.operations)
        let count = operations.count
        var mentioned = Set(batch.operations.compactMap(\.operation.wholeName))
        for chunk in part.chunks {
            mentioned.formUnion(chunk.zones)
            operations += try deletions?.operations(upTo: chunk.after, besides: mentioned, in: store) ?? []
        }
        if part.isLast {
            operations += try deletions?.operations(upTo: .max, besides: mentioned, in: store) ?? []
            deletions = nil
        }
        let position = StreamPosition(
            epoch: batch.epoch,
            position: batch.position,
            snapshot: isMarkHeld ? mark : batch.snapshot
        )
        let outcomes = Array(
            try store.apply(operations, position: position, log: part.isLast ? .filled : .filling).prefix(count)
        )
        for (operation, outcome) in zip(batch.operations, outcomes) {
            if case .refused = outcome, let name = operation.operation.wholeName { deletions?.keep(name) }
            if FollowerBatch.asksAgain(operation, outcome) {
                if let name = operation.operation.wholeName { deletions?.keep(name) }
                isMarkHeld = true
            }
        }
        if isMarkHeld, mark != position.snapshot {
            // A zone of it must be fetched anew: should the snapshot be cut off, it goes on in front of it.
            _ = try store.apply(
                [],
                position: StreamPosition(epoch: batch.epoch, position: batch.position, snapshot: mark)
            )
        } else {
            mark = position.snapshot
        }
        return outcomes
    }

    // MARK: Reconciliation

    private mutating func apply(
        _ step: ManifestStep,
        of batch: FollowerBatch
    ) throws(ZoneStoreError) -> ([ZoneOutcome], ManifestOutcome) {
        let position = StreamPosition(epoch: batch.epoch, position: batch.position, snapshot: batch.snapshot)
        switch step {
        case .compare(let buckets):
            return ([], .compared(groups: try reconciliation.compare(buckets)))
        case .gather(let buckets):
            try reconciliation.gather(buckets)
            return ([], .gathered)
        case .match(let members, let isLast):
            let outcome = reconciliation.match(members)
            var operations = Self.overwriting(batch.operations)
            let count = operations.count
            if isLast { operations += reconciliation.deletions() }
            let outcomes = try store.apply(operations, position: position, log: .filling)
            return (Array(outcomes.prefix(count)), outcome)
        case .adopt:
            _ = try store.apply([], position: position, log: .filled)
            return ([], .adopted)
        }
    }

    /// What the origin says now wins also where the version held is greater: it may be of another epoch.
    private static func overwriting(_ operations: [FollowerOperation]) -> [ZoneOperation] {
        operations.map { item in
            if case .replace(let contents) = item.operation { .overwrite(contents) } else { item.operation }
        }
    }
}

extension ZoneOperation {
    /// The zone that comes whole; nil for other operations.
    fileprivate var wholeName: Name? {
        switch self {
        case .replace(let contents), .overwrite(let contents): contents.name
        case .update, .delete: nil
        }
    }
}
