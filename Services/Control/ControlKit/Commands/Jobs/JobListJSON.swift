// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Jobs
import Postgres

/// What `jobs list --json` and `jobs show --json` print. Members are only ever added.
struct JobListJSON: Encodable {
    struct Count: Encodable {
        let queue: String
        let kind: String
        let state: String
        let count: Int64
        let limited: Int64
    }

    struct PausedQueue: Encodable {
        let queue: String
        let since: String
    }

    struct Job: Encodable {
        let id: Int64
        let kind: String
        let version: Int
        let queue: String
        let state: String
        let priority: Int
        let attempt: Int
        let maximumAttempts: Int
        let arguments: String
        let sealedBy: String?
        let lastError: String?
        let uniqueKey: String?
        let limitKey: String?
        let limited: Bool
        let batch: Int64?
        let cancelRequested: Bool
        let worker: String?
        let createdAt: String
        let runAt: String?
        let startedAt: String?
        let deadline: String?
        let leaseUntil: String?
        let finishedAt: String?

        init(_ job: JobDescription) {
            func text(_ time: PostgresTimestamp?) -> String? { time.map { JobTable.time($0) } }
            id = job.id
            kind = job.kind
            version = job.version
            queue = job.queue
            state = job.state.rawValue
            priority = job.priority
            attempt = job.attempt
            maximumAttempts = job.maximumAttempts
            arguments = job.arguments
            sealedBy = job.sealedBy
            lastError = job.lastError
            uniqueKey = job.uniqueKey
            limitKey = job.limitKey
            limited = job.isLimited
            batch = job.batch
            cancelRequested = job.isCancelRequested
            worker = job.worker
            createdAt = JobTable.time(job.createdAt)
            runAt = text(job.runAt)
            startedAt = text(job.startedAt)
            deadline = text(job.deadline)
            leaseUntil = text(job.leaseUntil)
            finishedAt = text(job.finishedAt)
        }
    }

    let counts: [Count]
    let pausedQueues: [PausedQueue]
    let jobs: [Job]

    init(counts: [JobCount], paused: [(queue: String, since: PostgresTimestamp)], jobs: [JobDescription]) {
        self.counts = counts.map {
            Count(queue: $0.queue, kind: $0.kind, state: $0.state.rawValue, count: $0.count, limited: $0.limited)
        }
        pausedQueues = paused.map { PausedQueue(queue: $0.queue, since: JobTable.time($0.since)) }
        self.jobs = jobs.map(Job.init)
    }

    /// The JSON.
    var text: String {
        get throws { try Self.text(of: self) }
    }

    /// A value as this command's JSON.
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
