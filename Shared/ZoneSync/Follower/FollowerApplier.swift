// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import ZoneStore

/// Applies batches to a replica, on whatever thread the caller has for it: every call blocks on the disk.
///
/// One for each connection: it remembers the snapshot being taken.
package struct FollowerApplier {
    private let store: ZoneStore
    private var reconciliation: SnapshotReconciliation?

    /// An applier for a new connection.
    package init(store: ZoneStore) {
        self.store = store
    }

    /// Applies a batch; durable when this returns. When it throws, nothing of the batch was applied.
    package mutating func apply(_ batch: FollowerBatch) throws(ZoneStoreError) -> FollowerBatchResult {
        let outcomes: [ZoneOutcome]
        switch batch.mode {
        case .live:
            outcomes = try store.apply(
                batch.operations.map(\.operation),
                position: position(batch.position, batch),
                log: .entries(batch.operations.map(\.position))
            )
        case .snapshot(let part):
            outcomes = try apply(part, of: batch)
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
            zones: try store.count()
        )
    }

    private func position(_ position: UInt64, _ batch: FollowerBatch) -> StreamPosition {
        StreamPosition(epoch: batch.epoch, position: position)
    }

    private mutating func apply(
        _ part: FollowerBatch.SnapshotPart,
        of batch: FollowerBatch
    ) throws(ZoneStoreError) -> [ZoneOutcome] {
        if part.isFirst || reconciliation == nil { reconciliation = try beginReconciliation() }
        var operations: [ZoneOperation] = []
        // The operation that tells what became of each zone of the batch.
        var judges: [Int] = []
        for item in batch.operations {
            if case .replace(let contents) = item.operation {
                operations += reconciliation?.operations(for: contents) ?? []
            } else {
                operations.append(item.operation)
            }
            judges.append(operations.count - 1)
        }
        for name in part.kept { reconciliation?.keep(name) }
        if part.isLast {
            operations += reconciliation?.deletions() ?? []
            reconciliation = nil
        }
        let outcomes = try store.apply(
            operations,
            position: position(batch.position, batch),
            log: part.isLast ? .filled : .filling
        )
        return judges.map { outcomes[$0] }
    }

    private func beginReconciliation() throws(ZoneStoreError) -> SnapshotReconciliation {
        var held: [Name: SnapshotReconciliation.Held] = [:]
        for zone in try store.zones() {
            held[zone.name] = SnapshotReconciliation.Held(
                generation: zone.generation,
                version: zone.version,
                hash: zone.hash
            )
        }
        return SnapshotReconciliation(held: held)
    }
}
