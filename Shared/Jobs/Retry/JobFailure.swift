// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a handler throws to say how its job goes on. Any other error counts as ``retry(_:)``.
package enum JobFailure: Error, Sendable, Equatable {
    /// Failed; worth another attempt if any is left.
    case retry(String)
    /// Failed for good.
    case discard(String)
    /// No longer wanted; not a failure.
    case cancel(String)
    /// Not now: try again after the duration, without using up an attempt.
    case snooze(Duration)
}
