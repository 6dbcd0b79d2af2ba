// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Removes what is older than its retention: finished jobs, delivery logs, changes, audit entries and old slots.
package struct PruneHistory: JobParameters, Equatable {
    package static let kind = "prune.history"
    package static let queue = "maintenance"
    package static let maximumAttempts = 5
    package static let timeLimit = Duration.seconds(600)

    /// No arguments: what is kept is the worker's configuration.
    package init() {}
}
