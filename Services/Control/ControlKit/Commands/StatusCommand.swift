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
        discussion:
            "With --wait: ends with 0 once every connected responder has applied the newest position, else with 1."
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: "Wait up to so many seconds until every responder has everything.")
    var wait: Int?

    func run() async throws {
        if let wait {
            do {
                try await Self.wait(seconds: wait, url: try database.url())
            } catch let error as NotInSync {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                throw ExitCode(1)
            }
            print("Every responder has applied the newest position.")
            return
        }
        let (status, breaker) = try await database.withPool { pool in
            (try await StatusRepository(pool: pool).snapshot(), try await BreakerStore(pool: pool).state())
        }
        print(Self.text(status))
        if let text = Self.text(breaker) { print(text) }
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
            guard ContinuousClock.now < deadline else { throw NotInSync(status: text(status)) }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The wait ran out.
    struct NotInSync: Error, CustomStringConvertible {
        let status: String

        var description: String { "not every responder has applied the newest position:\n\(status)" }
    }

    /// What there is to know of the breaker; nil while it is closed.
    static func text(_ breaker: BreakerStore.State) -> String? {
        guard let since = breaker.openSince else { return nil }
        let names = breaker.names.joined(separator: " ") + (breaker.heldZones > breaker.names.count ? " …" : "")
        return """
            breaker open since \(since.iso8601): \(breaker.reason ?? "")
            held by it, served as before: \(breaker.heldZones) zones (\(names)); 'zonewright release --breaker' lets them go
            """
    }

    static func text(_ status: StatusSnapshot) -> String {
        var lines = ["position \(status.head), waiting to be published: \(status.outboxDepth)"]
        if status.nodes.isEmpty { lines.append("no responder has ever connected") }
        for node in status.nodes {
            let state = node.isConnected ? "connected" : "away"
            lines.append("\(node.name)\t\(state)\tapplied \(node.acknowledged)\tbehind \(node.lag)")
        }
        if status.refusals > 0 {
            lines.append("in quarantine: \(status.refusals), served as before ('zonewright release' sends them again)")
        }
        for zone in status.refused {
            lines.append(
                "\(zone.name)\trefused by \(zone.node)\tversion \(zone.version)\tsince \(zone.since.iso8601)\t"
                    + "\(zone.code) \(zone.reason)"
            )
        }
        if status.refusals > status.refused.count {
            lines.append("and \(status.refusals - Int64(status.refused.count)) more")
        }
        return lines.joined(separator: "\n")
    }
}
