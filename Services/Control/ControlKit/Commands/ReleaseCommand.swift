// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Foundation

/// `zonewright release`.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Send zones again to the responders that refused them, or let go what is held.",
        discussion: """
            With --breaker: all removals and emptyings of zones that wait are published; zones that are removed later count \
            anew. 'zonewright status' shows what is held. Exit code 1: nothing is held.

            With --rollout: the other sites get what is held back because of the canary site. What changes later waits for \
            the canary again. Exit code 1: nothing is held back.

            Otherwise the zone is sent whole, as it is published now and at once. A responder that refuses it again keeps serving \
            what it has, and 'zonewright status' goes on showing it. Exit code 1: no responder refuses the zone.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "All zones that some responder refuses.")
    var all = false

    @Flag(help: "What the breaker holds: zones that would be removed or emptied, too many at a time.")
    var breaker = false

    @Flag(help: "What is held back from other sites because of the canary site.")
    var rollout = false

    @Argument(help: "The zone's name; '.' is the root.")
    var name: String?

    func validate() throws {
        guard [all, breaker, rollout, name != nil].count(where: \.self) == 1 else {
            throw ValidationError("Name a zone, or give --all, --breaker or --rollout.")
        }
    }

    func run() async throws {
        if breaker {
            try await releaseBreaker()
            return
        }
        if rollout {
            try await releaseRollout()
            return
        }
        try await database.withPool { pool in
            let store = QuarantineStore(pool: pool)
            var released = 0
            if let name {
                guard try await store.release(zone: Self.stored(name)) else {
                    throw ControlError("no responder refuses a zone \(name)")
                }
                released = 1
            } else {
                // In the lane of bulk work: a thousand zones must not hold up an edit.
                for zone in try await store.zones() where try await store.release(zone: zone, lane: 1) { released += 1 }
            }
            if released > 0 { try await ChangeNotifier(pool: pool, logger: DatabaseOptions.logger).notify() }
            print("\(released) sent again")
        }
    }

    private func releaseBreaker() async throws {
        try await database.withPool { pool in
            guard let zones = try await BreakerStore(pool: pool).release() else {
                throw ControlError("the breaker is closed: it holds nothing")
            }
            try await ChangeNotifier(pool: pool, logger: DatabaseOptions.logger).notify()
            print("\(zones) zones let go")
        }
    }

    private func releaseRollout() async throws {
        try await database.withPool { pool in
            let positions = try await RolloutStore(pool: pool).release()
            guard positions > 0 else { throw ControlError("nothing is held back because of a canary site") }
            print("\(positions) positions let go")
        }
    }

    /// The name as the tables have it.
    private static func stored(_ name: String) -> String {
        let lowercased = name.lowercased()
        return lowercased.count > 1 && lowercased.hasSuffix(".") ? String(lowercased.dropLast()) : lowercased
    }
}
