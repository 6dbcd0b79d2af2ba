// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright jobs …`.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "Look into the queue of jobs, and mend what is in it.",
        subcommands: [
            JobsListCommand.self, JobsShowCommand.self, JobsRetryCommand.self, JobsDiscardCommand.self,
            JobsCancelCommand.self, JobsPauseCommand.self, JobsResumeCommand.self, BenchJobsCommand.self,
        ]
    )
}
