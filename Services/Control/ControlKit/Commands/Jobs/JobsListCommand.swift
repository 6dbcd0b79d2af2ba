// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Jobs

/// `zonewright jobs list`.
struct JobsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Count the jobs by queue, kind and state, and list the youngest of them.",
        discussion: """
            Completed and cancelled jobs are counted only when --state asks for them. A job that a limit of its key holds \
            back shows as 'limited'.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var filter: JobSelectionOptions

    @Option(help: "How many jobs to list; 0 prints the counts only.")
    var limit = 20

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        guard (0...10_000).contains(limit) else { throw ValidationError("--limit: must be from 0 to 10000") }
    }

    func run() async throws {
        try await database.withPool { pool in
            let book = JobBook(pool: pool)
            let selection = filter.selection()
            let counts = try await book.counts(selection)
            let paused = try await book.pausedQueues()
            let jobs = limit > 0 ? try await book.jobs(selection, limit: limit) : []
            if json {
                print(try JobListJSON(counts: counts, paused: paused, jobs: jobs).text)
            } else {
                show(counts, paused: Set(paused.map(\.queue)))
                show(jobs)
            }
        }
    }

    private func show(_ counts: [JobCount], paused: Set<String>) {
        var rows = [["QUEUE", "KIND", "STATE", "JOBS", ""]]
        for count in counts {
            var notes = count.limited > 0 ? ["\(count.limited) limited"] : []
            if paused.contains(count.queue) { notes.append("queue paused") }
            rows.append([
                count.queue, count.kind, count.state.rawValue, String(count.count), notes.joined(separator: ", "),
            ])
        }
        print(JobTable.text(rows))
        for queue in paused.subtracting(counts.map(\.queue)).sorted() { print("queue \(queue) is paused") }
    }

    private func show(_ jobs: [JobDescription]) {
        guard !jobs.isEmpty else { return }
        var rows = [["ID", "KIND", "STATE", "ATTEMPT", "RUN AT", "ERROR"]]
        for job in jobs {
            rows.append([
                String(job.id), job.kind, JobTable.state(job), "\(job.attempt)/\(job.maximumAttempts)",
                JobTable.time(job.finishedAt ?? job.runAt), String((job.lastError ?? "").prefix(60)),
            ])
        }
        print("\n\(JobTable.text(rows))")
    }
}
