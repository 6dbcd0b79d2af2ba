// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What becomes of slots that came while no worker ran.
package enum MissedSlots: Sendable, Equatable {
    /// Nothing: the next slot is the next run. A slot found more than a minute late counts as missed.
    case skip
    /// The latest of them runs, late.
    case runOnce
    /// So many of them run, the latest ones, in their order.
    case runAll(Int)
}

/// A job that is put into its queue once a slot.
package struct PeriodicJob: Sendable {
    /// Names the schedule in `jobs.slot`; never change it for a schedule in use.
    package let name: String
    /// When it is due.
    package let schedule: PeriodicSchedule
    /// What becomes of missed slots.
    package let missed: MissedSlots
    /// Makes the job of one slot, which is told by its start in seconds since 1970.
    package let job: @Sendable (_ slot: Int64) throws -> NewJob

    /// Declares a periodic job.
    package init(
        _ name: String,
        _ schedule: PeriodicSchedule,
        missed: MissedSlots = .runOnce,
        job: @escaping @Sendable () throws -> NewJob
    ) {
        self.init(name, schedule, missed: missed) { _ in try job() }
    }

    /// Declares a periodic job that depends on its slot.
    package init(
        _ name: String,
        _ schedule: PeriodicSchedule,
        missed: MissedSlots = .runOnce,
        job: @escaping @Sendable (_ slot: Int64) throws -> NewJob
    ) {
        self.name = name
        self.schedule = schedule
        self.missed = missed
        self.job = job
    }
}
