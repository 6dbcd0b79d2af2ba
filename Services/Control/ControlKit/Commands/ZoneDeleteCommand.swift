// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Foundation

/// `zonewright zone delete`.
struct ZoneDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a zone with its records, and its domain where it has one.",
        discussion: """
            The name servers answer for it with REFUSED from then on. The history keeps its records; 'zonewright zone \
            export' before is the simpler way back.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The zone's name; '.' is the root.")
    var name: String

    func run() async throws {
        try await database.withPool { pool in
            let notifier = ChangeNotifier(pool: pool, logger: DatabaseOptions.logger)
            let editor = ZoneEditor(pool: pool, policy: .example, notifier: notifier)
            do {
                let zone = try await editor.deleteZone(named: name, context: ChangeContext(actor: .platform))
                try await notifier.notify()
                print("\(zone.name): deleted")
            } catch is NotFound {
                throw ControlError("there is no zone \(name)")
            }
        }
    }
}
