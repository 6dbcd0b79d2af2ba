// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Jobs
import Postgres
import Runtime

/// The worker's settings as values.
struct WorkerConfiguration: Sendable {
    let database: PostgresConfiguration
    let databaseConnections: Int
    let queues: [QueueLimit]
    let timing: QueueTiming
    let sealer: JobSealer?
    let webhookTimeout: Duration
    let webhookAllowsPrivate: Bool
    let secondaryAllowsPrivate: Bool
    let pruneSchedule: CrontabExpression
    let retention: HistoryRetention
    let probeSchedule: CrontabExpression
    let probeZones: Int
    /// Nil: parents are not asked.
    let delegationSchedule: CrontabExpression?
    let probeTimeout: Duration
    let alias: AliasOptions
    /// Nil: no certificates are got.
    let certificates: CertificateOptions?

    init(_ settings: Settings) throws {
        let url = try settings.string("database-url")
        do throws(PostgresError) {
            database = try PostgresConfiguration(url: url, applicationName: "zonewright-worker")
        } catch {
            throw settings.refuse("database-url", error.message)
        }
        databaseConnections = try settings.integer("database-connections")
        queues = try settings.list("queues").map { text in
            guard let queue = QueueLimit(text) else {
                throw settings.refuse("queues", "\"\(text)\" is not name=concurrency")
            }
            return queue
        }
        guard !queues.isEmpty, Set(queues.map(\.name)).count == queues.count else {
            throw settings.refuse("queues", "needs at least one queue, and each only once")
        }
        var timing = QueueTiming()
        timing.poll = try Self.positive(settings, "poll-interval")
        // Leave time to store the ends of jobs before the service group's own limit.
        timing.drain = max(.zero, try settings.duration("drain-timeout") - .seconds(5))
        self.timing = timing
        sealer = try settings.optionalString("job-keys").map { text in
            guard let sealer = JobSealer(keys: text) else {
                throw settings.refuse("job-keys", "must be a list of identifier:key, each key of 64 hexadecimal digits")
            }
            return sealer
        }
        webhookTimeout = try Self.positive(settings, "webhook-timeout")
        guard webhookTimeout < WebhookDelivery.timeLimit else {
            throw settings.refuse("webhook-timeout", "must be less than \(WebhookDelivery.timeLimit.inSeconds) seconds")
        }
        webhookAllowsPrivate = try settings.boolean("webhook-allow-private")
        secondaryAllowsPrivate = try settings.boolean("secondary-allow-private")
        pruneSchedule = try Self.schedule(settings, "prune-schedule")
        probeSchedule = try Self.schedule(settings, "probe-schedule")
        delegationSchedule = try settings.optionalString("delegation-schedule").map { _ in
            try Self.schedule(settings, "delegation-schedule")
        }
        probeZones = try settings.integer("probe-zones")
        probeTimeout = try Self.positive(settings, "probe-timeout")
        alias = try AliasOptions(
            settings,
            resolverFile: (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
        )
        certificates = try CertificateOptions(
            settings,
            sealer: sealer,
            schedule: try Self.schedule(settings, "certificate-schedule")
        )
        retention = HistoryRetention(
            finishedJobs: try settings.duration("retain-finished-jobs"),
            deadJobs: try settings.duration("retain-dead-jobs"),
            deliveries: try settings.duration("retain-deliveries"),
            changes: try settings.duration("retain-changes"),
            audit: try settings.duration("retain-audit"),
            analytics: try settings.duration("retain-analytics"),
            errors: try settings.duration("retain-errors")
        )
        // Deleted zones are restored, and zones rolled back, from their changes.
        guard retention.changes >= .seconds(86_400 * Int64(DeletedZoneRepository.days)) else {
            throw settings.refuse("retain-changes", "must be at least \(DeletedZoneRepository.days)d")
        }
    }

    private static func schedule(_ settings: Settings, _ key: String) throws -> CrontabExpression {
        let text = try settings.string(key)
        guard let expression = CrontabExpression(text) else {
            throw settings.refuse(key, "\"\(text)\" is not a crontab expression of five fields")
        }
        return expression
    }

    private static func positive(_ settings: Settings, _ key: String) throws(SettingsError) -> Duration {
        let duration = try settings.duration(key)
        guard duration > .zero else { throw settings.refuse(key, "must be more than 0") }
        return duration
    }
}
