// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs

/// How many jobs of a kind in a queue are in a state.
package struct JobCount: Sendable, Equatable {
    /// The queue.
    package let queue: String
    /// The kind.
    package let kind: String
    /// The state.
    package let state: JobState
    /// Jobs in it.
    package let count: Int64
    /// Those of them that a limit of their key holds back.
    package let limited: Int64
}
