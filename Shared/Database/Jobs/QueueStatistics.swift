// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs

/// How many live jobs of one queue are in one state.
package struct QueueStatistics: Sendable, Equatable {
    /// The queue.
    package let queue: String
    /// One of the states of live jobs.
    package let state: JobState
    /// Jobs in this state.
    package let count: Int64
    /// How long the oldest of them has been runnable, in seconds; 0 if none is.
    package let oldestReadySeconds: Double
    /// Those of them that a limit of their key holds back.
    package let limited: Int64
}
