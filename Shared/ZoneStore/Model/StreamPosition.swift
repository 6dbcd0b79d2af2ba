// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How far a store has followed its origin's stream.
package struct StreamPosition: Hashable, Sendable {
    /// Names the history that the position belongs to; positions of another epoch mean nothing.
    package let epoch: String
    /// The last entry applied.
    package let position: UInt64
    /// How far a snapshot has come that is not complete; then the position is 0.
    package let snapshot: Snapshot?

    /// A snapshot of which a part was applied.
    package struct Snapshot: Hashable, Sendable {
        /// The position that the snapshot was begun at.
        package let position: UInt64
        /// All zones of generations up to this one are there.
        package let after: UInt64

        /// The generations up to `after` of a snapshot at `position`.
        package init(position: UInt64, after: UInt64) {
            self.position = position
            self.after = after
        }
    }

    /// The position after entry `position` of `epoch`.
    package init(epoch: String, position: UInt64, snapshot: Snapshot? = nil) {
        self.epoch = epoch
        self.position = position
        self.snapshot = snapshot
    }
}
