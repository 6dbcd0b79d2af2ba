// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
package import Database
package import Logging
package import Postgres

/// Turns what customers committed into published state and log rows, a batch of zones in a transaction.
///
/// Any number of publishers may run: a zone is locked while it is being published. A zone that cannot be rendered goes
/// to the quarantine and holds up nobody.
package struct Publisher: Sendable {
    /// How often a transaction is tried again after a serialization failure.
    private static let attempts = 5

    private let pool: PostgresPool
    private let outbox: OutboxStore
    private let lanes: ClosedRange<Int16>
    private let batchSize: Int
    private let quarantine: Quarantine
    private let breaker: BreakerLimits
    private let redirector: AliasAddresses
    private let metrics: PublisherMetrics
    private let logger: Logger
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - lanes: The lanes to serve; 0 is what a person waits for.
    ///   - batchSize: Zones in one transaction.
    ///   - breaker: How many zones may be removed or emptied in a while; more wait for an operator.
    ///   - redirector: The addresses that URL records are published with; none, and nothing is published of them.
    ///   - now: Seconds since 1970, for serials.
    package init(
        pool: PostgresPool,
        lanes: ClosedRange<Int16>,
        batchSize: Int,
        quarantine: Quarantine,
        breaker: BreakerLimits = BreakerLimits(),
        redirector: AliasAddresses = AliasAddresses(),
        logger: Logger,
        now: @escaping @Sendable () -> Int64
    ) {
        self.pool = pool
        self.outbox = OutboxStore(pool: pool)
        self.lanes = lanes
        self.batchSize = batchSize
        self.quarantine = quarantine
        self.breaker = breaker
        self.redirector = redirector
        self.metrics = PublisherMetrics(lanes: lanes)
        self.logger = logger
        self.now = now
    }

    /// Publishes one batch; returns how many zones were dealt with. 0: nothing waits, or others are at it.
    package func publishBatch() async throws -> Int {
        let zones = try await outbox.candidates(lanes: lanes, limit: batchSize, except: try await held())
        guard !zones.isEmpty else { return 0 }
        return try await pool.withConnection { connection in
            do {
                let locked = try await outbox.lock(zones, on: connection)
                if !locked.isEmpty { try await publish(locked, on: connection) }
                try await outbox.unlockAll(on: connection)
                return locked.count
            } catch {
                // The locks belong to the session: end it rather than lend it on with locks.
                await connection.close()
                throw error
            }
        }
    }

    private func held() async throws -> [Int64] {
        let zones = quarantine.zones
        guard !zones.isEmpty else { return [] }
        return quarantine.held(newestEntries: try await outbox.newestEntries(of: zones))
    }

    private func publish(_ zones: [Int64], on connection: PostgresConnection) async throws {
        do {
            try await publishTogether(zones, on: connection)
        } catch let error as PostgresError where error.isAboutData {
            guard zones.count == 1, let zone = zones.first else {
                // Something about one of them: find out which, and let the others through.
                for zone in zones { try await publish([zone], on: connection) }
                return
            }
            let newest = try await outbox.newestEntries(of: [zone])
            setAside(zone, name: "zone \(zone)", reason: "\(error)", newestEntry: newest[zone] ?? 0)
        }
    }

    private func publishTogether(_ zones: [Int64], on connection: PostgresConnection) async throws {
        var attempt = 1
        while true {
            do {
                let batch = try await connection.withTransaction(isolation: .repeatableRead) { transaction in
                    try await run(zones, in: transaction)
                }
                report(batch)
                return
            } catch let error as PostgresError where error.isSerializationFailure && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    private func run(_ zones: [Int64], in transaction: PostgresTransaction) async throws -> PublicationBatch {
        let started = ContinuousClock.now
        var batch = try await PublicationBatch(
            zones: zones,
            reader: PublicationReader(transaction),
            redirector: redirector,
            now: now()
        )
        batch.render()
        let withdrawals = batch.withdrawals
        if !withdrawals.isEmpty {
            batch.verdict = try await BreakerJudge(transaction, limits: breaker).judge(withdrawals)
            batch.hold(batch.verdict.held)
        }
        let writer = PublicationWriter(transaction)
        try await writer.write(batch.publications, consuming: batch.consumed)
        try await writer.addAliasTargets(batch.newAliasTargets)
        batch.started = started
        return batch
    }

    private func report(_ batch: PublicationBatch) {
        for failure in batch.failures {
            setAside(failure.zone, name: failure.name, reason: failure.reason, newestEntry: failure.newestEntry)
        }
        for zone in quarantine.remove(batch.publications.map(\.zone.id)) {
            logger.notice("a zone has left the quarantine", metadata: ["zone-id": "\(zone)"])
        }
        if let reason = batch.verdict.opened {
            logger.critical(
                "the breaker is open: zones are not removed or emptied until 'zonewright release --breaker'",
                metadata: ["reason": "\(reason)"]
            )
        }
        metrics.published(batch)
        for publication in batch.publications {
            logger.debug(
                "published",
                metadata: [
                    "zone": "\(publication.zone.name)", "version": "\(publication.zone.version)",
                    "serial": "\(publication.zone.serial)", "written": "\(publication.written.count)",
                    "removed": "\(publication.removed.count)", "live": "\(publication.zone.isLive)",
                ]
            )
        }
    }

    private func setAside(_ zone: Int64, name: String, reason: String, newestEntry: Int64) {
        metrics.failed()
        guard quarantine.add(zone: zone, name: name, reason: reason, newestEntry: newestEntry) else { return }
        logger.error(
            "a zone cannot be published and is set aside; what was published of it before stays",
            metadata: ["zone": "\(name)", "reason": "\(reason)"]
        )
    }
}
