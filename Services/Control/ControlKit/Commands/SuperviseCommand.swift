// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// What `zonewright up` leaves running. Not for people: it stays in the foreground and logs to standard error.
struct SuperviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervise",
        abstract: "Keep the programs of a plan running (started by 'up').",
        shouldDisplay: false
    )

    @Option(help: "The folder that 'up' made.")
    var state: String

    func run() throws {
        let folder = StateFolder(state)
        var supervisor = try Supervisor(folder: folder, plan: try SupervisorPlan(path: folder.plan))
        try supervisor.run()
    }
}
