// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database

/// `zonewright errors …`.
struct ErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors",
        abstract: "Look at the unexpected errors of the services, grouped by what and where.",
        subcommands: [List.self, Show.self, Resolve.self, Ignore.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List groups, the latest first: id, state, count, last time, service, what, why."
        )

        @OptionGroup var database: DatabaseOptions

        @Flag(help: "Also resolved and ignored ones.")
        var all = false

        @Option(help: "Only of this daemon, for example zonewright-web.")
        var service: String?

        @Option(help: "Groups at most.")
        var limit = 50

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit: is not from 1 to 10000") }
        }

        func run() async throws {
            let groups = try await database.withPool { pool in
                try await ErrorStore(pool: pool).groups(
                    all ? ErrorGroup.State.allCases : [.open],
                    service: service,
                    limit: limit
                )
            }
            for group in groups { print(json ? ErrorListing.json(group) : ErrorListing.line(group)) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a group with its latest occurrences. Exit code 1: there is no such group."
        )

        @OptionGroup var database: DatabaseOptions

        @Argument(help: "The group's id, as 'errors list' prints it.")
        var id: Int64

        @Flag(help: "Print one JSON object.")
        var json = false

        func run() async throws {
            let found = try await database.withPool { try await ErrorStore(pool: $0).group(id: id) }
            guard let found else { throw ControlError("there is no group of errors \(id)") }
            print(
                json
                    ? ErrorListing.json(found.group, occurrences: found.occurrences)
                    : ErrorListing.text(found.group, found.occurrences)
            )
        }
    }

    struct Resolve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a group is mended: it is open again when it comes back."
        )

        @OptionGroup var database: DatabaseOptions

        @Argument(help: "The groups' ids, as 'errors list' prints them.")
        var ids: [Int64]

        func run() async throws { try await ErrorsCommand.set(.resolved, ids, database) }
    }

    struct Ignore: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say that a group is of no interest: it is counted and shown no more."
        )

        @OptionGroup var database: DatabaseOptions

        @Argument(help: "The groups' ids, as 'errors list' prints them.")
        var ids: [Int64]

        func run() async throws { try await ErrorsCommand.set(.ignored, ids, database) }
    }

    private static func set(_ state: ErrorGroup.State, _ ids: [Int64], _ database: DatabaseOptions) async throws {
        try await database.withPool { pool in
            for id in ids where try await !ErrorStore(pool: pool).set(state, id: id) {
                throw ControlError("there is no group of errors \(id)")
            }
        }
    }
}
