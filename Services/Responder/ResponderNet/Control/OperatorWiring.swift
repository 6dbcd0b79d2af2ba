// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import ResponderEngine
import Runtime
import ServiceLifecycle
import ZoneStore
import ZoneSync

/// What operators look at a responder through, put together: control socket, dnstap, query log.
struct OperatorWiring {
    /// To be run with the other services.
    let services: [any Service]

    /// The services for a responder whose engine has `taps`.
    init(
        _ options: OperatorOptions,
        facts: ControlAnswers.Facts,
        folder: String,
        engine: ResponderConfiguration,
        taps: QueryTaps,
        store: ZoneStore,
        client: FollowerClient,
        verifier: ReplicaVerifier,
        counters: [ResponderCounters],
        context: DaemonContext
    ) throws {
        let pump = TapPump(taps: taps)
        let answers = try ControlAnswers(
            facts: facts,
            store: store,
            client: client,
            verifier: verifier,
            counters: counters,
            engine: engine,
            pump: pump
        )
        var services: [any Service] = [
            pump,
            ControlServer(
                answers: answers,
                path: "\(folder)/\(ControlServer.fileName)",
                logger: context.logger
            ),
        ]
        if options.queryLog != .off {
            services.append(
                QueryLog(options.queryLog, rate: options.queryLogRate, pump: pump, logger: context.logger)
            )
        }
        var stream: DnstapStream?
        if let target = options.dnstap {
            let made = DnstapStream(
                target: target,
                kinds: options.dnstapKinds,
                encoder: DnstapEncoder(identity: facts.node, version: "zonewright-dns/\(BuildVersion.current)"),
                pump: pump,
                logger: context.logger
            )
            stream = made
            services.append(made)
        }
        self.services = services
        Self.register(in: context.metrics, pump: pump, stream: stream)
    }

    private static func register(in registry: MetricsRegistry, pump: TapPump, stream: DnstapStream?) {
        registry.collect(.counter, "dns_tap_dropped_total", help: "Queries that no tap's reader took in time.") {
            [MetricSample(value: Double(pump.dropped))]
        }
        guard let stream else { return }
        registry.collect(.counter, "dnstap_messages_total", help: "dnstap messages by what became of them.") {
            let totals = stream.totals
            return [
                MetricSample(labels: [("outcome", "sent")], value: Double(totals.sent)),
                MetricSample(labels: [("outcome", "dropped")], value: Double(totals.dropped)),
            ]
        }
    }
}
