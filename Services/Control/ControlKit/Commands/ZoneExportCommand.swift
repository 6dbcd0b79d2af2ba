// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Foundation

/// `zonewright zone export`.
struct ZoneExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print a zone as a zone file that every name server loads."
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The zone's name; '.' is the root.")
    var name: String

    func run() async throws {
        try await database.withPool { pool in
            guard let zone = try await ZoneRepository(pool: pool).zone(named: name) else {
                throw ControlError("there is no zone \(name)")
            }
            let text = try await RecordRepository(pool: pool).zoneFile(of: zone)
            FileHandle.standardOutput.write(Data(text.utf8))
        }
    }
}
