// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// Work that blocks, on a thread of its own: the cooperative pool has only as many as the machine has processors.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        let thread = Thread { continuation.resume(with: Result { try body() }) }
        thread.stackSize = 1 << 20
        thread.start()
    }
}

/// Something that threads look at to know when to end.
final class StopFlag: Sendable {
    private let flag = Atomic(false)

    var isSet: Bool { flag.load(ordering: .relaxed) }

    func set() { flag.store(true, ordering: .relaxed) }
}

/// Waits until a condition holds; how long that took. Throws `FaultError` after `limit`.
@discardableResult
func waitUntil(
    _ goal: String,
    limit: Duration = .seconds(120),
    every interval: Duration = .milliseconds(20),
    _ isReached: () async throws -> Bool
) async throws -> Duration {
    let start = ContinuousClock.now
    while try await !isReached() {
        guard ContinuousClock.now - start < limit else { throw FaultError("not within \(limit): \(goal)") }
        try await Task.sleep(for: interval)
    }
    return ContinuousClock.now - start
}

/// What a scenario demands and did not get.
package struct FaultError: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
