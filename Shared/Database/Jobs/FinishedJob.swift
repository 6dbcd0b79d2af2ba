// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs

/// A claim and what became of it.
package struct FinishedJob: Sendable, Equatable {
    /// The claim that ended.
    package let lease: JobLease
    /// What becomes of the job.
    package let resolution: JobResolution

    /// Joins a claim and its end.
    package init(lease: JobLease, resolution: JobResolution) {
        self.lease = lease
        self.resolution = resolution
    }
}
