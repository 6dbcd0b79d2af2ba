// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How far a store has followed its origin's stream.
package struct StreamPosition: Hashable, Sendable {
    /// Names the history that the position belongs to; positions of another epoch mean nothing.
    package let epoch: String
    /// The last entry applied.
    package let position: UInt64

    /// The position after entry `position` of `epoch`.
    package init(epoch: String, position: UInt64) {
        self.epoch = epoch
        self.position = position
    }
}
