// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A job that does nothing: what `zonewright bench jobs` sends through the queue.
package struct BenchNoop: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "bench.noop"
    /// Run only by workers that were told to.
    package static let queue = "bench"

    /// Tells them apart.
    package let number: Int

    /// One of many.
    package init(number: Int) {
        self.number = number
    }
}
