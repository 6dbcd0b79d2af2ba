// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright zone …`.
struct ZoneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone",
        abstract: "Import, export and delete zones.",
        subcommands: [ZoneImportCommand.self, ZoneExportCommand.self, ZoneDeleteCommand.self]
    )
}
