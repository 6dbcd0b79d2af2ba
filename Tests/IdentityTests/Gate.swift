// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Dispatch

/// Holds a thread of a worker until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)

    func wait() {
        self.semaphore.wait()
    }

    func open() {
        self.semaphore.signal()
    }
}
