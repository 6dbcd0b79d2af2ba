// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import ServiceLifecycle

/// Does something again and again until the worker stops, with growing waits while it fails.
struct RepeatingTask: Service {
    let name: String
    let interval: Duration
    /// Ends the wait between two times early.
    var signal = WakeSignal()
    let logger: Logger
    let body: @Sendable () async throws -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var failure = RetryDelay(cap: .seconds(10))
            while !Task.isCancelled {
                do {
                    try await body()
                    failure.reset()
                    // Jitter keeps several workers from doing it at the same moment for ever.
                    await signal.wait(atMost: interval * Double.random(in: 0.9...1.0))
                } catch {
                    if Task.isCancelled { return }
                    logger.warning("maintenance failed", metadata: ["task": "\(name)", "error": "\(error)"])
                    try? await Task.sleep(for: failure.next())
                }
            }
        }
    }
}
