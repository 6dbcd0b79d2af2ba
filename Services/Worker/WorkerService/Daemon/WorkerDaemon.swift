// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import DNSClient
import Database
import Foundation
import Jobs
import Logging
import Postgres
package import Runtime
package import ServiceLifecycle

/// The composition of `zonewright-worker`.
package enum WorkerDaemon {
    /// Checks the database and makes the services.
    package static func services(_ context: DaemonContext) async throws -> [any Service] {
        let configuration = try WorkerConfiguration(context.settings)
        let pool = PostgresPool(
            configuration: configuration.database,
            size: configuration.databaseConnections,
            logger: context.logger
        )
        do {
            try await SchemaVersion.require(pool)
        } catch {
            throw DaemonError.unavailable("database (option database-url): \(error)")
        }
        context.readiness.register("database")
        // A connection of its own: a switch is wanted most when the others are busy.
        let operations = PostgresPool(configuration: configuration.database, size: 1, logger: context.logger)
        let flags = FlagReader(pool: operations, logger: context.logger)
        let errors = ErrorRecorder(
            pool: operations,
            service: context.name,
            release: BuildVersion.current,
            logger: context.logger
        )
        context.logTap.open { errors.note($0, $1) }
        do {
            try await flags.refresh()
        } catch {
            throw DaemonError.unavailable("database (option database-url): \(error)")
        }
        let pruner = HistoryPruner(pool: pool)
        let deliverer = WebhookDeliverer(
            store: WebhookTargetStore(pool: pool),
            allowsPrivate: configuration.webhookAllowsPrivate,
            timeout: configuration.webhookTimeout,
            flags: flags
        )
        let prober = Prober(
            store: ProbeStore(pool: pool),
            client: DNSClient(timeout: configuration.probeTimeout),
            zones: configuration.probeZones,
            logger: context.logger
        )
        let resolver = RecursiveResolver(servers: configuration.alias.servers, timeout: configuration.alias.timeout)
        let care = DelegationCare(
            store: DelegationCheckStore(pool: pool),
            checker: configuration.delegationSchedule == nil
                ? nil : DelegationChecker(resolver: resolver, client: DNSClient(timeout: configuration.alias.timeout)),
            logger: context.logger
        )
        let certificates = try await certificates(context, configuration, pool)
        let runner = JobRunner(
            store: JobQueueStore(pool: pool, worker: UUID().uuidString.lowercased()),
            queues: configuration.queues,
            handlers: [
                deliverer.handler, prune(pruner, configuration.retention, context.logger),
                probe(prober), care.handler, JobHandler(BenchNoop.self) { _, _ in },
            ] + (certificates?.handlers ?? []),
            periodic: [
                PeriodicJob(PruneHistory.kind, .crontab(configuration.pruneSchedule)) {
                    try NewJob(PruneHistory(), uniqueKey: "periodic")
                },
                PeriodicJob(ProbeResponders.kind, .crontab(configuration.probeSchedule)) {
                    try NewJob(ProbeResponders(), uniqueKey: "periodic")
                },
            ] + delegationJobs(configuration) + (certificates.map { [$0.periodic] } ?? []),
            sealer: configuration.sealer,
            timing: configuration.timing,
            readiness: context.readiness,
            registry: context.metrics,
            logger: context.logger
        )
        let listener = HintListener(
            configuration: configuration.database,
            channel: JobEnqueue.channel,
            logger: context.logger
        ) {
            runner.wake()
        }
        let background: [any Service] = [ErrorRecorderService(errors: errors), FlagReaderService(flags: flags)]
        let connections: [any Service] = certificates.map { [ACMEConnections(transport: $0.transport)] } ?? []
        return background + connections + [deliverer.service] + runner.services + [listener]
            + aliasServices(context, configuration, pool, resolver, flags) + [secondary(context, configuration, pool)]
    }

    private static func certificates(
        _ context: DaemonContext,
        _ configuration: WorkerConfiguration,
        _ pool: PostgresPool
    ) async throws -> CertificateWork? {
        guard let options = configuration.certificates else { return nil }
        let work = CertificateWork(
            options: options,
            store: IssuanceStore(pool: pool),
            transport: ACMETransport(authorityFile: options.authorityFile),
            notifier: ChangeNotifier(pool: pool, logger: context.logger),
            logger: context.logger
        )
        do {
            try await work.prepare()
        } catch {
            await work.transport.shutdown()
            throw DaemonError.unavailable("account at the certificate authority (option job-keys): \(error)")
        }
        return work
    }

    private static func secondary(
        _ context: DaemonContext,
        _ configuration: WorkerConfiguration,
        _ pool: PostgresPool
    ) -> any Service {
        let transferrer = SecondaryTransferrer(
            pool: pool,
            allowsPrivate: configuration.secondaryAllowsPrivate,
            logger: context.logger
        )
        return RepeatingTask(name: "secondary zones", interval: .seconds(1), logger: context.logger) {
            try await transferrer.run()
        }
    }

    private static func aliasServices(
        _ context: DaemonContext,
        _ configuration: WorkerConfiguration,
        _ pool: PostgresPool,
        _ resolver: RecursiveResolver,
        _ flags: FlagReader
    ) -> [any Service] {
        let options = configuration.alias
        let refresher = AliasRefresher(
            store: AliasStore(pool: pool),
            resolver: AliasResolver(lookup: AddressLookup(resolver: resolver), rules: options.rules),
            concurrency: options.concurrency,
            flags: flags,
            notifier: ChangeNotifier(pool: pool, logger: context.logger),
            metrics: AliasMetrics(registry: context.metrics),
            logger: context.logger
        )
        let listener = HintListener(
            configuration: configuration.database,
            channel: AliasStore.channel,
            logger: context.logger
        ) {
            refresher.wake()
        }
        return [refresher, listener]
    }

    private static func delegationJobs(_ configuration: WorkerConfiguration) -> [PeriodicJob] {
        guard let schedule = configuration.delegationSchedule else { return [] }
        return [
            PeriodicJob(CheckDelegations.kind, .crontab(schedule)) {
                try NewJob(CheckDelegations(), uniqueKey: "periodic")
            }
        ]
    }

    private static func probe(_ prober: Prober) -> JobHandler {
        JobHandler(ProbeResponders.self) { _, _ in try await prober.run() }
    }

    private static func prune(_ pruner: HistoryPruner, _ retention: HistoryRetention, _ logger: Logger) -> JobHandler {
        JobHandler(PruneHistory.self) { _, _ in
            let deleted = try await pruner.prune(retention)
            logger.info(
                "old history removed",
                metadata: deleted.filter { $0.value > 0 }.mapValues { "\($0)" }
            )
        }
    }
}
