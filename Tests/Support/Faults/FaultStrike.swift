// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that a ``FaultProxy`` does once, to the first unit of a direction that begins with certain octets.
package struct FaultStrike: Sendable, Equatable {
    /// What is done.
    package enum Action: Sendable, Equatable {
        /// The unit comes twice.
        case duplicate
        /// The unit comes after the next one.
        case swap
        /// The unit is left out.
        case drop
        /// These octets come in the unit's place.
        case replace([UInt8])
        /// These octets come before the unit.
        case precede([UInt8])
        /// Every occurrence of the first text in the unit becomes the second one.
        case substitute(String, String)
        /// Half of the unit comes; then both sides are closed.
        case cut
    }

    package let direction: FaultRules.Direction
    /// What the unit begins with.
    package let prefix: String
    package let action: Action

    package init(_ direction: FaultRules.Direction, prefix: String, _ action: Action) {
        self.direction = direction
        self.prefix = prefix
        self.action = action
    }
}
