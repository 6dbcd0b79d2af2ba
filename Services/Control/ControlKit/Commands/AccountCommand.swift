// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain

/// `zonewright account …`.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account",
        abstract: "Make and list accounts.",
        subcommands: [Create.self, List.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make an account and print its id.")

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The address that notices go to.")
        var email: String

        @Option(help: "The name shown to its users.")
        var name: String

        func validate() throws {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !email.contains(" ") else {
                throw ValidationError("--email: '\(email)' is not an e-mail address")
            }
            guard name.contains(where: { !$0.isWhitespace }) else { throw ValidationError("--name: is empty") }
        }

        func run() async throws {
            let account = try await database.withPool {
                try await AccountStore(pool: $0).create(email: email, name: name)
            }
            print(account.id)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List all accounts: id, e-mail, name.")

        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            for account in try await database.withPool({ try await AccountStore(pool: $0).all() }) {
                print("\(account.id)\t\(account.email)\t\(account.name)")
            }
        }
    }
}

/// The account that a command works for: the one named, else the only one there is.
func resolveAccount(_ id: Int64?, in store: AccountStore) async throws -> Account {
    if let id {
        guard let account = try await store.account(id: id) else { throw ControlError("there is no account \(id)") }
        return account
    }
    let accounts = try await store.all()
    guard let account = accounts.first else {
        throw ControlError("there is no account yet: zonewright account create --email … --name …")
    }
    guard accounts.count == 1 else {
        throw ControlError("there are \(accounts.count) accounts: name one with --account ID")
    }
    return account
}
