// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Removes what is older than its retention: finished jobs, delivery logs, changes, audit entries, counts of queries and
/// old slots; and what has ended: sessions, codes, windows of limits, batches, zones that can no more be restored.
package struct PruneHistory: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "prune.history"
    /// Apart from what customers wait for.
    package static let queue = "maintenance"
    /// Few: the next slot does the same work.
    package static let maximumAttempts = 5
    /// Long enough for the first run on a large history.
    package static let timeLimit = Duration.seconds(600)

    /// No arguments: what is kept is the worker's configuration.
    package init() {}
}
