// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What becomes of a job after an attempt.
package enum JobResolution: Sendable, Equatable {
    case complete
    case retry(after: Duration, error: String)
    case discard(error: String)
    case cancel(reason: String)
    /// Back to the queue, the attempt not counted.
    case release(after: Duration)

    /// Longest error text that is kept.
    package static let maximumErrorLength = 1_000

    /// Decides from what the attempt threw.
    ///
    /// - Parameters:
    ///   - error: what the handler threw; `nil` when it returned.
    ///   - attempt: the attempt just made, from 1.
    package init(
        error: (any Error)?,
        attempt: Int,
        maximumAttempts: Int,
        backoff: BackoffPolicy,
        using random: inout some RandomNumberGenerator
    ) {
        let reason: String
        switch error {
        case nil:
            self = .complete
            return
        case JobFailure.cancel(let reason)?:
            self = .cancel(reason: Self.bounded(reason))
            return
        case JobFailure.discard(let reason)?:
            self = .discard(error: Self.bounded(reason))
            return
        case JobFailure.snooze(let duration)?:
            self = .release(after: duration)
            return
        case JobFailure.retry(let text)?:
            reason = Self.bounded(text)
        case let error?:
            reason = Self.bounded("\(error)")
        }
        if attempt >= maximumAttempts {
            self = .discard(error: reason)
        } else {
            self = .retry(after: backoff.delay(afterAttempt: attempt, using: &random), error: reason)
        }
    }

    private static func bounded(_ text: String) -> String {
        String(text.filter { $0 != "\0" }.prefix(maximumErrorLength))
    }
}
