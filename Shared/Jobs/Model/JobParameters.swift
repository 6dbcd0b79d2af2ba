// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The arguments of one kind of job, and how jobs of that kind are run.
///
/// Keep arguments small and let them name things rather than copy them. Old arguments must stay decodable while jobs
/// made by the previous release may be waiting. A job can run more than once, so its effect must bear that.
package protocol JobParameters: Codable, Sendable {
    /// The name under which jobs are stored, for example `webhook.deliver`.
    static var kind: String { get }
    /// The queue whose concurrency the jobs share.
    static var queue: String { get }
    /// Lower runs first.
    static var priority: Int16 { get }
    /// After this many attempts a failing job is dead.
    static var maximumAttempts: Int { get }
    /// How long to wait between attempts.
    static var backoff: BackoffPolicy { get }
    /// How long one attempt may run before it is cancelled and counts as failed.
    static var timeLimit: Duration { get }
    /// Counts the forms of the arguments from 1. Raise it when workers of the previous release could not run the new form
    /// rightly: they leave such jobs to others. A handler must read all versions up to its own.
    static var version: Int { get }
    /// How long after its enqueuing a job is still worth running; later it is discarded. `nil` is for ever.
    static var deadline: Duration? { get }
    /// What holds for all jobs of one ``limitKey``, over all workers.
    static var limits: JobLimits? { get }
    /// Whether the arguments are a secret: they are sealed before they are stored.
    static var isSealed: Bool { get }

    /// What the kind's limits are counted by: an account, a host. Jobs without one are not limited.
    var limitKey: String? { get }
}

extension JobParameters {
    /// The queue `default`.
    package static var queue: String { "default" }
    /// Neither before nor after others.
    package static var priority: Int16 { 0 }
    /// 25 attempts, about two weeks with the standard back-off.
    package static var maximumAttempts: Int { 25 }
    /// The fourth power of the attempt in seconds.
    package static var backoff: BackoffPolicy { .standard }
    /// One minute.
    package static var timeLimit: Duration { .seconds(60) }
    /// The first form.
    package static var version: Int { 1 }
    /// No deadline.
    package static var deadline: Duration? { nil }
    /// No limits but those of the queue.
    package static var limits: JobLimits? { nil }
    /// Stored as they are.
    package static var isSealed: Bool { false }
    /// No key.
    package var limitKey: String? { nil }
}
