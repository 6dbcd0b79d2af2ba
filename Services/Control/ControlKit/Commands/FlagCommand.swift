// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain

/// `zonewright flag …`.
struct FlagCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flag",
        abstract: "Turn features and parts of the work on and off while the services run.",
        discussion: """
            Services know of a change within five seconds. 'zonewright flag list' shows all flags; 'zonewright status' shows \
            switches that are off. Every change is in the audit.
            """,
        subcommands: [List.self, Set.self, Unset.self, Enable.self, Disable.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List all flags: name, kind, what holds for all, exceptions, what it does."
        )

        @OptionGroup var database: DatabaseOptions

        @Flag(help: "Print one JSON object a line.")
        var json = false

        func run() async throws {
            let table = try await database.withPool { try await FlagStore(pool: $0).table() ?? FlagTable() }
            for line in FlagListing(table).lines(json: json) { print(line) }
        }
    }

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a feature on for a share of the accounts.",
            discussion: """
                Which accounts are in it depends on the flag and the account only: a greater share has those of a smaller one.
                """
        )

        @OptionGroup var database: DatabaseOptions
        @Argument(help: "The flag's name, as 'flag list' prints it.")
        var name: String
        @Option(help: "How many percent of the accounts, 0 to 100.")
        var percentage: Int

        func validate() throws {
            guard (0...100).contains(percentage) else { throw ValidationError("--percentage: is not from 0 to 100") }
            let flag = try FlagCommand.declared(name)
            guard flag.kind == .feature || [0, 100].contains(percentage) else {
                throw ValidationError("\(name) is a switch: it is on or off, not in parts")
            }
        }

        func run() async throws {
            try await FlagCommand.set(name, .everybody, share: percentage, database)
        }
    }

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a flag on: for all, or for one account, user or token."
        )

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var whom: FlagTargetOptions

        func validate() throws { try whom.check() }

        func run() async throws {
            try await FlagCommand.set(whom.name, whom.target ?? .everybody, share: 100, database)
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Turn a flag off: for all, or for one account, user or token.",
            discussion: "A switch that is off for all is off, whatever was said of single accounts."
        )

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var whom: FlagTargetOptions

        func validate() throws { try whom.check() }

        func run() async throws {
            try await FlagCommand.set(whom.name, whom.target ?? .everybody, share: 0, database)
        }
    }

    struct Unset: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take back what was said of a flag: all of it, or of one account, user or token.",
            discussion: "What is declared holds again then. Exit code 1: there was nothing to take back."
        )

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var whom: FlagTargetOptions
        @Flag(help: "Only what holds for all, not what was said of single ones.")
        var percentage = false

        func validate() throws {
            try whom.check()
            guard !percentage || whom.target == nil else {
                throw ValidationError("Give one of --percentage, --account and --actor.")
            }
        }

        func run() async throws {
            let flag = try FlagCommand.declared(whom.name)
            let target = percentage ? .everybody : whom.target
            let removed = try await database.withPool { try await FlagStore(pool: $0).unset(flag, for: target) }
            guard removed > 0 else { throw ControlError("nothing was said of \(flag.name)") }
        }
    }

    static func declared(_ name: String) throws -> FeatureFlag {
        guard let flag = FeatureFlag.named(name) else {
            let names = FeatureFlag.all.map(\.name).joined(separator: ", ")
            throw ValidationError("there is no flag \(name); there are \(names)")
        }
        return flag
    }

    private static func set(
        _ name: String,
        _ target: FlagTarget,
        share: Int,
        _ database: DatabaseOptions
    ) async throws {
        let flag = try declared(name)
        try await database.withPool { pool in
            if case .account(let id) = target, try await AccountStore(pool: pool).account(id: id) == nil {
                throw ControlError("there is no account \(id)")
            }
            try await FlagStore(pool: pool).set(flag, for: target, share: share)
        }
    }
}
