// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Logging
package import Postgres
import Synchronization

/// The flags as this process knows them: asking costs no query. A change is known a second later.
///
/// While the database is away, what was read last holds. Before the first reading the declared defaults do.
package final class FlagReader: Sendable {
    /// How often the version is looked at.
    package static let interval = Duration.seconds(1)

    private let store: FlagStore?
    private let logger: Logger
    private let table: Mutex<FlagTable>

    /// - Parameter pool: one with a connection that is not in use for long: a switch is wanted most when the others are.
    package init(pool: PostgresPool, logger: Logger) {
        store = FlagStore(pool: pool)
        self.logger = logger
        table = Mutex(FlagTable())
    }

    /// One that never reads: for tests, and where there is no database.
    package init(_ table: FlagTable = FlagTable()) {
        store = nil
        logger = Logger(label: "flags")
        self.table = Mutex(table)
    }

    /// Whether `flag` is on for `subject`.
    package func isOn(_ flag: FeatureFlag, for subject: FlagSubject = .everybody) -> Bool {
        table.withLock { $0.isOn(flag, for: subject) }
    }

    /// Whether changes may be published: `publication`.
    package var allowsPublication: Bool { isOn(.publication) }
    /// Whether targets of ALIAS records may be asked for: `alias`.
    package var allowsAliasResolution: Bool { isOn(.aliasResolution) }
    /// Whether webhooks may be delivered: `webhooks`.
    package var allowsWebhooks: Bool { isOn(.webhooks) }

    /// What is known now.
    package var current: FlagTable { table.withLock { $0 } }

    /// Reads the rules if they have changed.
    ///
    /// - Returns: whether they have.
    @discardableResult
    package func refresh() async throws -> Bool {
        guard let store, let new = try await store.table(after: current.version) else { return false }
        let old = table.withLock { table in
            defer { table = new }
            return table
        }
        report(from: old, to: new)
        return true
    }

    /// Reads again and again until the task is cancelled. To be run once.
    package func run() async {
        var isAway = false
        while !Task.isCancelled {
            do {
                try await refresh()
                isAway = false
            } catch {
                if !isAway && !Task.isCancelled {
                    logger.warning("cannot read the flags; the last known hold", metadata: ["error": "\(error)"])
                }
                isAway = true
            }
            try? await Task.sleep(for: Self.interval)
        }
    }

    private func report(from old: FlagTable, to new: FlagTable) {
        for flag in FeatureFlag.all where flag.kind == .killSwitch && old.isOn(flag) != new.isOn(flag) {
            logger.notice(
                "a switch was turned",
                metadata: ["switch": "\(flag.name)", "on": "\(new.isOn(flag))"]
            )
        }
    }
}
