// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A job that is put into its queue once a slot.
package struct PeriodicJob: Sendable {
    /// Names the schedule in `jobs.slot`; never change it for a schedule in use.
    package let name: String
    /// When it is due.
    package let schedule: PeriodicSchedule
    /// Makes the job of one slot.
    package let job: @Sendable () throws -> NewJob

    /// Declares a periodic job.
    package init(_ name: String, _ schedule: PeriodicSchedule, job: @escaping @Sendable () throws -> NewJob) {
        self.name = name
        self.schedule = schedule
        self.job = job
    }
}
