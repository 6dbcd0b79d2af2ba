// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Jobs

/// `zonewright jobs retry`.
struct JobsRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Run waiting jobs now, and dead or cancelled ones anew.",
        discussion: "With --all and no state: all that wait for a later attempt or a later time, and all dead ones."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var target: JobTargetOptions

    func run() async throws {
        var selection = target.selection
        // Cancelled jobs are not wanted: they come back only when somebody says so.
        if target.all && selection.states.isEmpty { selection.states = [.scheduled, .retryable, .discarded] }
        try await database.withPool { pool in
            let count = try await JobBook(pool: pool).retry(selection)
            guard count > 0 else { throw ControlError("no such job waits, is dead or cancelled") }
            try await JobNotifier(pool: pool, logger: DatabaseOptions.logger).notify()
            print("\(count) will run")
        }
    }
}

/// `zonewright jobs discard`.
struct JobsDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Give waiting jobs up, and forget dead ones."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var target: JobTargetOptions

    func run() async throws {
        try await database.withPool { pool in
            let count = try await JobBook(pool: pool).discard(target.selection)
            guard count > 0 else { throw ControlError("no such job waits or is dead") }
            print("\(count) discarded")
        }
    }
}

/// `zonewright jobs cancel`.
struct JobsCancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End jobs as no longer wanted; running ones are stopped by their worker within two seconds."
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var target: JobTargetOptions

    func run() async throws {
        try await database.withPool { pool in
            let (ended, stopping) = try await JobBook(pool: pool).cancel(target.selection)
            guard ended + stopping > 0 else { throw ControlError("no such job waits or runs") }
            print("\(ended) cancelled, \(stopping) being stopped")
        }
    }
}
