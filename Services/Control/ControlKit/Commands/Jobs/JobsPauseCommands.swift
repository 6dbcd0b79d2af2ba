// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database

/// `zonewright jobs pause`.
struct JobsPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Keep all workers from starting jobs of a queue; what runs goes on."
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The queue.")
    var queue: String

    func run() async throws {
        try await database.withPool { pool in
            guard try await JobBook(pool: pool).pause(queue) else {
                throw ControlError("the queue \(queue) is paused already")
            }
            print("Paused. Jobs are still put into it.")
        }
    }
}

/// `zonewright jobs resume`.
struct JobsResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let the workers start jobs of a paused queue again."
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "The queue.")
    var queue: String

    func run() async throws {
        try await database.withPool { pool in
            guard try await JobBook(pool: pool).resume(queue) else {
                throw ControlError("the queue \(queue) is not paused")
            }
            try await JobNotifier(pool: pool, logger: DatabaseOptions.logger).notify()
            print("Resumed.")
        }
    }
}
