// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

@testable import WebApp

/// A clock that stands until a test moves it.
final class ManualClock: Sendable {
    private let seconds = Atomic<Int64>(1_700_000_000)

    /// The clock as the application takes it.
    var clock: UnixClock {
        UnixClock { self.seconds.load(ordering: .relaxed) }
    }

    func advance(by seconds: Int64) {
        self.seconds.add(seconds, ordering: .relaxed)
    }
}
