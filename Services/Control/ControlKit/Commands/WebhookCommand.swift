// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain

/// `zonewright webhook …`.
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Make, list and delete webhooks.",
        subcommands: [Create.self, List.self, Delete.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a webhook; prints its id and the secret that its deliveries are signed with."
        )

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        @Argument(help: "Where events are posted to.")
        var url: String

        func validate() throws {
            guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.count <= 2_048 else {
                throw ValidationError("the URL must begin with https:// (or http://, for tests)")
            }
        }

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                let webhook = try await WebhookStore(pool: pool).create(account: account.id, url: url)
                print("\(webhook.id)\t\(webhook.secret)")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List an account's webhooks: id, state, URL.")

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                for webhook in try await WebhookStore(pool: pool).list(account: account.id) {
                    print("\(webhook.id)\t\(webhook.isSuppressed ? "suppressed" : "live")\t\(webhook.url)")
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Delete a webhook.")

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        @Argument(help: "The webhook's id, as 'webhook list' prints it.")
        var id: Int64

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                guard try await WebhookStore(pool: pool).delete(account: account.id, id: id) else {
                    throw ControlError("account \(account.id) has no webhook \(id)")
                }
            }
        }
    }
}
