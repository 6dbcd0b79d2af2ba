// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import TestSupport

/// Counts what a server was asked, so that a test waits for rounds instead of time.
final class RoundCounter: Sendable {
    private let total = Atomic(0)

    func count() {
        total.wrappingAdd(1, ordering: .relaxed)
    }

    /// Waits until so many more have come.
    func waitForMore(_ number: Int) async throws {
        let goal = total.load(ordering: .relaxed) + number
        let deadline = ContinuousClock.now + .seconds(60)
        while total.load(ordering: .relaxed) < goal {
            guard ContinuousClock.now < deadline else { throw SupportError("the rounds do not come") }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
