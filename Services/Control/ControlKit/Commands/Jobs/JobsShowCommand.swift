// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Jobs

/// `zonewright jobs show`.
struct JobsShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one job, live or ended. Sealed arguments are not shown."
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "The job's id.")
    var id: Int64

    func run() async throws {
        try await database.withPool { pool in
            guard let job = try await JobBook(pool: pool).job(id) else { throw ControlError("there is no job \(id)") }
            print(json ? try JobListJSON.text(of: JobListJSON.Job(job)) : Self.text(job))
        }
    }

    static func text(_ job: JobDescription) -> String {
        var rows = [
            ["id", String(job.id)],
            ["kind", job.version > 1 ? "\(job.kind), version \(job.version)" : job.kind],
            ["queue", "\(job.queue), priority \(job.priority)"],
            ["state", JobTable.state(job)],
            ["attempt", "\(job.attempt) of \(job.maximumAttempts)"],
            ["arguments", job.sealedBy.map { "(sealed with the key \($0))" } ?? job.arguments],
            ["created", JobTable.time(job.createdAt)],
        ]
        let others: [(String, String?)] = [
            ("last error", job.lastError), ("unique key", job.uniqueKey), ("limit key", job.limitKey),
            ("batch", job.batch.map(String.init)), ("worker", job.worker),
            ("runs at", job.runAt.map(JobTable.time)), ("started", job.startedAt.map(JobTable.time)),
            ("deadline", job.deadline.map(JobTable.time)), ("lease until", job.leaseUntil.map(JobTable.time)),
            ("finished", job.finishedAt.map(JobTable.time)),
        ]
        for (name, value) in others {
            if let value { rows.append([name, value]) }
        }
        return JobTable.text(rows)
    }
}
