// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Every change of a domain, a zone or its records: one transaction each, with its history, audit, outbox and webhook
/// rows, and a note to the publisher after the commit.
///
/// All changes of a zone hold its row's lock, so that they happen one after the other and each is judged against all
/// before it.
package struct ZoneEditor: Sendable {
    let pool: PostgresPool
    let policy: ZonePolicy
    let notifier: ChangeNotifier

    package init(pool: PostgresPool, policy: ZonePolicy, notifier: ChangeNotifier) {
        self.pool = pool
        self.policy = policy
        self.notifier = notifier
    }

    /// Runs a change and tells the publisher once it is committed, and the workers if it has jobs for them.
    func change<Value: Sendable>(_ body: (PostgresTransaction) async throws -> Value) async throws -> Value {
        let (value, enqueued) = try await JobEnqueue.noticing {
            try await pool.withTransaction(genericPlans: true) { try await body($0) }
        }
        notifier.changed()
        if enqueued { notifier.jobs.enqueued() }
        return value
    }

    /// The rules of a customer's records in the zone.
    ///
    /// - Throws: `ValidationErrors` when its records come from elsewhere.
    func rules(of zone: Zone) throws -> RecordRules {
        guard !zone.isPresigned else {
            throw ValidationErrors("base", ZoneStanding.presignedMessage)
        }
        return RecordRules(zone: try Self.name(of: zone), policy: policy)
    }

    /// The name of a zone that is not transferred in.
    ///
    /// - Throws: `ValidationErrors` when it is.
    static func name(of zone: Zone) throws -> ZoneName {
        guard !zone.secondary else {
            throw ValidationErrors("base", "Records of a secondary zone cannot be changed here")
        }
        guard let name = ZoneName(stored: zone.name) else {
            throw PostgresError(.decoding, message: "column name does not hold a domain name")
        }
        return name
    }
}
