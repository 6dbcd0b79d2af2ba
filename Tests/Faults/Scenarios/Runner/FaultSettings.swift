// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// How a run of scenarios is done.
package struct FaultSettings: Sendable {
    /// Few kills, short partitions, no assertion of time: for every build.
    package let isQuick: Bool
    /// The folder of the programs under test; nil for the one of this program.
    package let programs: String?
    /// Of all that is left to chance.
    package let seed: UInt64

    package init(isQuick: Bool, programs: String? = nil, seed: UInt64 = UInt64.random(in: 1 ... .max)) {
        self.isQuick = isQuick
        self.programs = programs
        self.seed = seed
    }

    /// `full`, or `quick` in a quick run.
    func size<Value>(_ full: Value, quick: Value) -> Value { isQuick ? quick : full }
}
