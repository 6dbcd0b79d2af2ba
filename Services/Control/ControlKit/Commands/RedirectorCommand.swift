// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database

/// `zonewright redirector`.
struct RedirectorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redirector",
        abstract: "What answers for URL records.",
        subcommands: [RedirectorPublishCommand.self]
    )
}

/// `zonewright redirector publish`.
struct RedirectorPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Publish all URL records anew, after redirector-addresses of zonewright-glue has changed."
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        try await database.withPool { pool in
            let zones = try await RedirectStore(pool: pool).publish()
            if zones > 0 { try await ChangeNotifier(pool: pool, logger: DatabaseOptions.logger).notify() }
            print("\(zones) zones will be published")
        }
    }
}
