// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Tells one loop that there may be something to do. Calls while the loop is busy collapse into one.
package struct WakeSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    package init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Lets the loop go round once more.
    package func raise() {
        continuation.yield()
    }

    /// Runs `body` after each signal, one at a time, until the task is cancelled.
    package func onEach(_ body: () async -> Void) async {
        for await _ in stream where !Task.isCancelled { await body() }
    }
}
