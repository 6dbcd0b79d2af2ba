// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Postgres

/// `zonewright alias`.
struct AliasCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias",
        abstract: "Look at the targets of ALIAS records, and at how their resolving goes.",
        subcommands: [AliasListCommand.self, AliasRefreshCommand.self, AliasPauseCommand.self, AliasResumeCommand.self]
    )
}

/// `zonewright alias list`.
struct AliasListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List targets with their state and addresses.",
        discussion: """
            States: pending (not asked for yet), resolved, failing (no answer; the last addresses stay published), \
            empty (answered that there are no addresses), loop (ALIAS records lead in a circle).
            """
    )

    /// Rows of one statement.
    private static let page = 500

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Only targets in this state; may be given several times.")
    var state: [String] = []

    func validate() throws {
        for text in state where AliasState(rawValue: text) == nil {
            let known = AliasState.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no state \"\(text)\": \(known).")
        }
    }

    func run() async throws {
        let states = state.isEmpty ? AliasState.allCases : state.compactMap(AliasState.init(rawValue:))
        try await database.withPool { pool in
            let store = AliasStore(pool: pool)
            if let since = try await store.summary().pausedSince { print("resolving is paused since \(since)") }
            var after = ""
            while true {
                let listed = try await store.list(states: states, after: after, limit: Self.page)
                for target in listed { print(Self.text(target)) }
                guard listed.count == Self.page, let last = listed.last else { break }
                after = last.name
            }
        }
    }

    /// A line of the target, and one each of what else there is to say.
    private static func text(_ target: AliasListing) -> String {
        let addresses = (target.addresses.a + target.addresses.aaaa).joined(separator: " ")
        var lines = ["\(target.name)  \(target.state.rawValue)  \(addresses.isEmpty ? "-" : addresses)"]
        if let reason = target.reason { lines.append("    reason: \(reason)") }
        if target.state != .resolved, let resolved = target.resolvedAt {
            lines.append("    last resolved: \(resolved)")
        }
        if !target.owners.isEmpty { lines.append("    used by: \(target.owners.joined(separator: " "))") }
        return lines.joined(separator: "\n")
    }
}

/// `zonewright alias refresh`.
struct AliasRefreshCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh",
        abstract: "Have a target resolved at once, or all of them.",
        discussion: "Exit code 1: no record has such a target."
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "All targets.")
    var all = false

    @Argument(help: "The target's name, as records have it.")
    var name: String?

    func validate() throws {
        guard all != (name != nil) else { throw ValidationError("Name a target, or give --all.") }
    }

    func run() async throws {
        try await database.withPool { pool in
            let count = try await AliasStore(pool: pool).refresh(name?.lowercased())
            guard count > 0 || all else { throw ControlError("no record has the target \(name ?? "")") }
            print("\(count) will be resolved")
        }
    }
}

/// `zonewright alias pause`.
struct AliasPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop resolving targets; the addresses that are published stay."
    )

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        try await database.withPool { pool in
            print(try await AliasStore(pool: pool).setPaused(true) ? "paused" : "was paused already")
        }
    }
}

/// `zonewright alias resume`.
struct AliasResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "resume", abstract: "Resolve targets again.")

    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        try await database.withPool { pool in
            print(try await AliasStore(pool: pool).setPaused(false) ? "resumed" : "was not paused")
        }
    }
}
