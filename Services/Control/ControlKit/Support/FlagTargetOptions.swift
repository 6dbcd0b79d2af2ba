// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Domain

/// Which flag a command is about, and for whom.
struct FlagTargetOptions: ParsableArguments {
    @Argument(help: "The flag's name, as 'flag list' prints it.")
    var name: String

    @Option(help: "Only for the account with this id.")
    var account: Int64?

    @Option(help: "Only for a user or a token: user:ID or token:ID.")
    var actor: String?

    /// Whom the options name; nil when none does.
    var target: FlagTarget? {
        if let account { return .account(account) }
        return actor.flatMap(FlagSubject.Actor.init).map { .actor($0) }
    }

    /// Throws `ValidationError` for what does not fit the flag.
    func check() throws {
        let flag = try FlagCommand.declared(name)
        guard account == nil || actor == nil else { throw ValidationError("Give one of --account and --actor.") }
        if let actor, FlagSubject.Actor(actor) == nil {
            throw ValidationError("--actor: '\(actor)' is not user:ID or token:ID")
        }
        guard flag.scope == .subjects || target == nil else {
            throw ValidationError("\(name) is on or off for the whole installation")
        }
    }
}
