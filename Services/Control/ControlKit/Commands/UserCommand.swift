// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Identity

/// `zonewright user …`.
struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user",
        abstract: "Make users, and let them into accounts.",
        subcommands: [Create.self, Join.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user and print the id. The password is read from the standard input, one line."
        )

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The e-mail address to log in with.")
        var email: String

        func validate() throws {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), !email.contains(" "),
                email.utf8.count <= 254
            else {
                throw ValidationError("--email: '\(email)' is not an e-mail address")
            }
        }

        func run() async throws {
            let password = Secret(readLine() ?? "")
            guard password.reveal().count >= PasswordHash.minimumLength,
                password.reveal().utf8.count <= PasswordHash.maximumLength
            else {
                throw ControlError("the password needs \(PasswordHash.minimumLength) characters or more")
            }
            let hash = try PasswordHash(of: password, cost: .standard)
            let id = try await database.withPool { pool in
                do {
                    return try await UserStore(pool: pool).create(email: email, passwordHash: hash.text).id
                } catch is ValidationErrors {
                    throw ControlError("there is a user with the address \(email) already")
                }
            }
            print(id)
        }
    }

    struct Join: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a user a member of an account, or change what the member may do."
        )

        @OptionGroup var database: DatabaseOptions

        @Option(help: "The account's id; not needed while there is only one account.")
        var account: Int64?

        @Option(help: "The user's e-mail address.")
        var email: String

        @Flag(help: "The member may read and nothing else.")
        var readOnly = false

        func run() async throws {
            try await database.withPool { pool in
                let account = try await resolveAccount(account, in: AccountStore(pool: pool))
                guard let user = try await LogInStore(pool: pool).record(email: email)?.user else {
                    throw ControlError("there is no user with the address \(email)")
                }
                try await UserStore(pool: pool).join(user.id, account: account.id, access: readOnly ? .read : .full)
            }
        }
    }
}
