// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Identity

/// `zonewright token …`.
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Make, list and revoke API tokens.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make an API token and print it. It is shown this once; only its hash is kept."
        )

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        @Option(help: "What the token is for.")
        var name: String

        @Flag(help: "The token may read and nothing else.")
        var readOnly = false

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                let made = try await TokenStore(pool: pool).create(
                    account: account.id,
                    name: name,
                    access: readOnly ? .read : .full
                )
                print(made.secret.text.reveal())
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List an account's tokens: id, access, state, name.")

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                for token in try await TokenStore(pool: pool).tokens(account: account.id) {
                    let state = token.revokedAt == nil ? "live" : "revoked"
                    print("\(token.id)\t\(token.access.rawValue)\t\(state)\t\(token.name)")
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a token useless from now on.")

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        @Argument(help: "The token's id, as 'token list' prints it.")
        var id: Int64

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                guard try await TokenStore(pool: pool).revoke(account: account.id, id: id) else {
                    throw ControlError("account \(account.id) has no live token \(id)")
                }
                print("Revoked. Web processes forget it within seconds.")
            }
        }
    }
}
