// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Foundation
import Postgres

/// `zonewright status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far changes have come, and on which responders.",
        discussion: """
            One line for each responder and relay, one for each site, one for each zone that some responder refuses, \
            what holds up a roll-out, and each switch that is off. With --wait: ends with 0 once every connected responder has applied the newest \
            position, else with 1.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Wait up to so many seconds until every responder has everything.")
    var wait: Int?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        if let wait {
            do {
                try await Self.wait(seconds: wait, url: try database.url())
            } catch let error as NotInSync {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                throw ExitCode(1)
            }
            guard json else {
                print("Every responder has applied the newest position.")
                return
            }
        }
        let report = try await database.withPool { pool in
            StatusReport(
                try await StatusRepository(pool: pool).snapshot(),
                breaker: try await BreakerStore(pool: pool).state(),
                probes: try await ProbeStore(pool: pool).report(limit: StatusSnapshot.shownRefusals),
                flags: try await FlagStore(pool: pool).table() ?? FlagTable()
            )
        }
        print(json ? report.json : report.text)
    }

    /// Waits until nothing is left to publish and every connected responder has acknowledged the newest position.
    ///
    /// - Throws: `NotInSync` after `seconds`.
    static func wait(seconds: Int, url: String) async throws {
        let configuration = try PostgresConfiguration(url: url, applicationName: "zonewright")
        let pool = PostgresPool(configuration: configuration, size: 1, logger: DatabaseOptions.logger)
        defer { pool.close() }
        let repository = StatusRepository(pool: pool)
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let status = try await repository.snapshot()
            if status.isSettled { return }
            guard ContinuousClock.now < deadline else { throw NotInSync(status: StatusReport(status).text) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The wait ran out.
    struct NotInSync: Error, CustomStringConvertible {
        let status: String

        var description: String { "not every responder has applied the newest position:\n\(status)" }
    }
}
