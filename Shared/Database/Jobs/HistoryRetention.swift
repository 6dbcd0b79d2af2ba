// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How long each kind of history is kept.
package struct HistoryRetention: Sendable, Equatable {
    /// Completed and cancelled jobs.
    package var finishedJobs: Duration
    /// Dead jobs, kept longer so that someone can look at them.
    package var deadJobs: Duration
    /// The log of webhook deliveries.
    package var deliveries: Duration
    /// Changes of zones.
    package var changes: Duration
    /// Audit entries.
    package var audit: Duration
    /// Counts of queries by zone and day.
    package var analytics: Duration
    /// Groups of errors that do not come back.
    package var errors: Duration

    /// Sets all retentions.
    package init(
        finishedJobs: Duration,
        deadJobs: Duration,
        deliveries: Duration,
        changes: Duration,
        audit: Duration,
        analytics: Duration,
        errors: Duration = .seconds(90 * 86_400)
    ) {
        self.finishedJobs = finishedJobs
        self.deadJobs = deadJobs
        self.deliveries = deliveries
        self.changes = changes
        self.audit = audit
        self.analytics = analytics
        self.errors = errors
    }
}
