// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright bench …`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure a running installation or name server.",
        subcommands: [BenchPropagationCommand.self, BenchDNSCommand.self, BenchJobsCommand.self]
    )
}
