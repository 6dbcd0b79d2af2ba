// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a job is in its life; the names are those of Oban.
package enum JobState: String, Sendable, CaseIterable {
    /// May run now.
    case available
    /// May run later; not tried yet.
    case scheduled
    /// A worker holds a lease on it.
    case executing
    /// Failed and will be tried again.
    case retryable
    /// Done.
    case completed
    /// Given up after its last attempt, or told not to try again: dead.
    case discarded
    /// No longer wanted.
    case cancelled

    /// Whether the job has left the hot table.
    package var isFinal: Bool {
        switch self {
        case .completed, .discarded, .cancelled: true
        case .available, .scheduled, .executing, .retryable: false
        }
    }
}
