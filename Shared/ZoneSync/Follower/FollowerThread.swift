// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import ZoneStore

/// The applier of one connection as the store's thread calls it.
final class FollowerThread: Sendable {
    private let applier: Mutex<FollowerApplier>

    init(store: ZoneStore) {
        applier = Mutex(FollowerApplier(store: store))
    }

    /// Applies a batch; blocks until it is durable.
    func apply(_ batch: FollowerBatch) throws(ZoneStoreError) -> FollowerBatchResult {
        try applier.withLock { applier throws(ZoneStoreError) in try applier.apply(batch) }
    }
}
