// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import Foundation
import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle
import UnixSignals

/// The frame every daemon runs in: options, log, metrics, operations listener, service manager, signals, exit status.
package struct Daemon: Sendable {
    /// Makes the daemon's services. What it throws before the services run ends the daemon: ``SettingsError`` with
    /// status 64, ``DaemonError`` with its own, anything else with 70.
    package typealias Composition = @Sendable (DaemonContext) async throws -> [any Service]

    let name: String
    let summary: String
    let options: [DaemonOption]

    /// - Parameter options: the daemon's own; the common ones and companions of secrets are added.
    init(name: String, summary: String, options: [DaemonOption]) {
        let own = Set(options.map(\.key))
        self.name = name
        self.summary = summary
        self.options =
            (options + DaemonOption.common.filter { !own.contains($0.key) }).flatMap { option in
                [option] + (option.fileCompanion.map { [$0] } ?? [])
            }
    }

    /// Runs the process as a daemon and ends it.
    ///
    /// - Parameters:
    ///   - name: the executable's name.
    ///   - summary: one line for `--help`.
    ///   - options: what this daemon has besides ``DaemonOption/common``; include `.opsListen(_:)`.
    ///   - run: makes the services; they run in the order given and stop in the reverse order.
    package static func main(
        name: String,
        summary: String,
        options: [DaemonOption],
        run: @escaping Composition
    ) async -> Never {
        signal(SIGPIPE, SIG_IGN)
        let daemon = Daemon(name: name, summary: summary, options: options)
        let code = await daemon.start(
            arguments: Array(CommandLine.arguments.dropFirst()),
            environment: ProcessInfo.processInfo.environment,
            run: run
        )
        exit(code.rawValue)
    }

    private func start(arguments: [String], environment: [String: String], run: Composition) async -> ExitCode {
        do {
            let scan = try CommandLineScan(arguments, options: options)
            if scan.wantsHelp {
                print(HelpText(name: name, summary: summary, options: options).text, terminator: "")
                return .success
            }
            if scan.wantsVersion {
                print("\(name) \(BuildVersion.current)")
                return .success
            }
            let settings = try Settings.load(arguments: scan.arguments, environment: environment, options: options)
            try await serve(settings, notifier: SystemdNotifier(environment: environment), run: run)
            return .success
        } catch {
            return fail(error)
        }
    }

    private func serve(_ settings: Settings, notifier: SystemdNotifier?, run: Composition) async throws {
        let tap = LogTap()
        let logger = try bootstrapLogging(settings, tap)
        let metrics = MetricsRegistry()
        MetricsSystem.bootstrap(metrics)
        ProcessMetrics.register(in: metrics, service: name)
        let readiness = Readiness()
        readiness.register("daemon")
        let ops = try await OpsServer.bind(
            to: settings.address("ops-listen"),
            sharing: sharing(settings),
            readiness: readiness,
            metrics: metrics
        )
        let drainTimeout = try settings.duration("drain-timeout")
        let context = DaemonContext(
            name: name,
            settings: settings,
            logger: logger,
            readiness: readiness,
            metrics: metrics,
            logTap: tap,
            succession: Succession(notifier: notifier, operations: ops, drainTimeout: drainTimeout)
        )
        let own = try await run(context)
        var services: [any Service] = [ops]
        if let notifier { services.append(SystemdService(notifier: notifier, readiness: readiness)) }
        services.append(ReloadService(reloads: context.reloads, logger: logger))
        services += own
        services.append(
            StopAnnouncer(readiness: readiness, notifier: notifier, logger: logger) {
                endAfter(drainTimeout + .seconds(5))
            }
        )
        logger.info("started", metadata: ["version": "\(BuildVersion.current)", "ops-listen": "\(ops.address)"])
        var configuration = ServiceGroupConfiguration(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: quiet(logger)
        )
        configuration.maximumGracefulShutdownDuration = drainTimeout
        readiness.set("daemon", .ready)
        try await ServiceGroup(configuration: configuration).run()
        logger.info("stopped")
    }

    /// A daemon that makes room for a successor shares its operations address with it for a moment.
    private func sharing(_ settings: Settings) throws(SettingsError) -> OpsServer.Sharing {
        guard options.contains(where: { $0.key == DaemonOption.takeOver.key }) else { return .exclusive }
        return try settings.boolean(DaemonOption.takeOver.key) ? .withPredecessor : .withSuccessor
    }

    private func bootstrapLogging(_ settings: Settings, _ tap: LogTap) throws(SettingsError) -> Logger {
        let format = LogFormat(rawValue: try settings.string("log-format")) ?? .json
        let level = Logger.Level(rawValue: try settings.string("log-level")) ?? .info
        let service = name
        LoggingSystem.bootstrap { label in
            LineLogHandler(service: service, label: label, format: format, level: level, tap: tap)
        }
        return Logger(label: service)
    }

    /// The service group tells each step at debug level; only its problems belong in a daemon's log.
    private func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    /// Ends the process if services do not even stop when cancelled.
    private func endAfter(_ duration: Duration) {
        let message = "\(name): services did not stop in time\n"
        MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(duration)) {
            StandardErrorSink.shared.write(Array(message.utf8))
            exit(ExitCode.internal.rawValue)
        }
    }

    private func fail(_ error: any Error) -> ExitCode {
        let (code, message): (ExitCode, String) =
            switch error {
            case let error as SettingsError: (.usage, "\(error)")
            case let error as DaemonError: (error.exitCode, error.message)
            case is CancellationError: (.internal, "services were cancelled: the drain time-out passed")
            default: (.internal, "\(error)")
            }
        let line = message.split(whereSeparator: \.isNewline).joined(separator: " ")
        StandardErrorSink.shared.write(Array("\(name): \(line)\n".utf8))
        return code
    }
}
