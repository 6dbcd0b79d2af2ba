// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Identity
import Jobs
import Logging
import Postgres
package import Runtime
package import ServiceLifecycle

/// The composition of zonewright-web: one pool of connections that everything shares.
package enum WebServices {
    /// The services of the daemon, in the order in which they start.
    ///
    /// - Throws: `SettingsError` for options that make no sense, `DaemonError` when the database cannot be used.
    package static func make(_ context: DaemonContext) async throws -> [any Service] {
        let configuration = try WebConfiguration(settings: context.settings)
        let pool = try Self.pool(context)
        try await Self.check { try await SchemaVersion.require(pool) }
        let notifier = ChangeNotifier(pool: pool, logger: context.logger)
        let uses = TokenUses()
        let tokens = TokenStore(pool: pool)
        // A connection of its own: a switch is wanted most when the others are busy.
        let operations = try Self.pool(context, size: 1)
        let flags = FlagReader(pool: operations, logger: context.logger)
        let errors = ErrorRecorder(
            pool: operations,
            service: context.name,
            release: BuildVersion.current,
            logger: context.logger
        )
        context.logTap.open { errors.note($0, $1) }
        try await Self.check { try await flags.refresh() }
        let router = APIRouter(
            services: APIServices(
                pool: pool,
                policy: configuration.policy,
                notifier: notifier,
                identity: IdentityServices(pool: pool, sealingKey: try Self.sealingKey(context.settings)),
                sealer: try Self.sealer(context.settings)
            ),
            authenticator: TokenAuthenticator(tokens: tokens, uses: uses),
            limiter: RateLimiter(limits: configuration.limits, ledger: RateWindowStore(pool: pool)),
            proxies: configuration.proxies,
            flags: flags
        )
        Self.describe(pool, in: context.metrics)
        let redirector = try RedirectorService.Configuration(context.settings).map { configuration in
            RedirectorService(pool: try Self.pool(context, size: 2), configuration: configuration, context: context)
        }
        let editor = ZoneEditor(pool: pool, policy: configuration.policy, notifier: notifier)
        let services: [any Service] = [
            DatabaseMonitor(pool: pool, context: context),
            ErrorRecorderService(errors: errors),
            FlagReaderService(flags: flags),
            ChangeNotifierService(notifier: notifier, logger: context.logger),
            ChallengeSweeper(editor: editor, flags: flags, logger: context.logger),
            SecondaryApplier(editor: editor, logger: context.logger),
            TokenUseWriter(uses: uses, tokens: tokens, clock: .system, logger: context.logger),
            WebService(router: router, configuration: configuration, context: context),
        ]
        return redirector.map { services + [$0] } ?? services
    }

    private static func sealingKey(_ settings: Settings) throws -> SealingKey? {
        guard let text = try settings.optionalString("sealing-key") else { return nil }
        guard let key = SealingKey(hexadecimal: text) else {
            throw settings.refuse("sealing-key", "must be 64 hexadecimal digits")
        }
        return key
    }

    private static func sealer(_ settings: Settings) throws -> JobSealer? {
        guard let text = try settings.optionalString("job-keys") else { return nil }
        guard let sealer = JobSealer(keys: text) else {
            throw settings.refuse("job-keys", "must be a list of identifier:key, each key of 64 hexadecimal digits")
        }
        return sealer
    }

    /// - Parameter size: Connections; those of the option when nil.
    private static func pool(_ context: DaemonContext, size: Int? = nil) throws -> PostgresPool {
        let url = try context.settings.string("database-url")
        var configuration: PostgresConfiguration
        do throws(PostgresError) {
            configuration = try PostgresConfiguration(url: url, applicationName: context.name)
        } catch {
            throw context.settings.refuse("database-url", error.message)
        }
        configuration.statementTimeout = .seconds(15)
        return PostgresPool(
            configuration: configuration,
            size: try size ?? context.settings.integer("database-connections"),
            acquireTimeout: .seconds(2),
            logger: context.logger
        )
    }

    /// Finds out at the start whether the database is there and migrated: a daemon that can answer nothing should say
    /// so at once.
    private static func check(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            throw DaemonError.unavailable("cannot use the database (option database-url): \(error)")
        }
    }

    private static func describe(_ pool: PostgresPool, in metrics: MetricsRegistry) {
        metrics.describe("http_server_request_duration_seconds", help: "Time from request head to response, by route.")
        metrics.collect(.gauge, "database_connections", help: "Connections of the pool, by state.") {
            let usage = pool.usage
            return [
                MetricSample(labels: [("state", "open")], value: Double(usage.open)),
                MetricSample(labels: [("state", "lent")], value: Double(usage.lent)),
                MetricSample(labels: [("state", "awaited")], value: Double(usage.waiting)),
            ]
        }
    }
}
