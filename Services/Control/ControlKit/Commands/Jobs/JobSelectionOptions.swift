// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Jobs

/// Which jobs a command is about.
struct JobSelectionOptions: ParsableArguments {
    @Option(help: "Only jobs of this kind, for example webhook.deliver.")
    var kind: String?

    @Option(help: "Only jobs of this queue.")
    var queue: String?

    @Option(
        help: """
            Only jobs in this state, may be given several times: available, scheduled, executing, retryable, completed, \
            discarded (dead), cancelled.
            """
    )
    var state: [JobState] = []

    /// The selection, narrowed to the given jobs if there are any.
    func selection(_ ids: [Int64] = []) -> JobSelection {
        JobSelection(ids: ids, kind: kind, queue: queue, states: Set(state))
    }
}

extension JobState: ExpressibleByArgument {}

/// The jobs that a command changes: some by their ids, or all that match.
struct JobTargetOptions: ParsableArguments {
    @OptionGroup var filter: JobSelectionOptions

    @Flag(help: "All jobs that match, not only those named.")
    var all = false

    @Argument(help: "The ids of jobs, as 'jobs list' prints them.")
    var ids: [Int64] = []

    var selection: JobSelection { filter.selection(ids) }

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("Name jobs by their ids, or give --all.") }
    }
}
