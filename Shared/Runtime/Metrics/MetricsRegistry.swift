// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import CoreMetrics
import Synchronization

/// The process's metrics: the swift-metrics factory and the source of `/metrics`.
///
/// Metrics are named in full by whoever makes them, with base units and `_total` for counters, for example
/// `Counter(label: "jobs_succeeded_total", dimensions: [("kind", kind)])`; timers come out as histograms in seconds.
/// Labels must be bounded: never a zone or customer name. Series live as long as the process.
package final class MetricsRegistry: Sendable {
    /// Upper bounds in seconds where no others were declared.
    package static let defaultBuckets: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
    ]

    private struct Collector {
        let name: String
        let kind: MetricKind
        let samples: @Sendable () -> [MetricSample]
    }

    private struct State {
        var families: [String: MetricFamily] = [:]
        var collectors: [Collector] = []
        var help: [String: String] = [:]
        var buckets: [String: [Double]] = [:]
        var refusedSeries = 0
    }

    private let state = Mutex(State())

    /// An empty registry.
    package init() {}

    /// Gives a metric its HELP text and, for a histogram not made yet, its bucket bounds.
    package func describe(_ name: String, help: String, buckets: [Double]? = nil) {
        state.withLock {
            $0.help[name] = help
            if let buckets { $0.buckets[name] = buckets.sorted() }
        }
    }

    /// Adds a counter or gauge whose samples are read at each scrape: for counters that threads keep themselves.
    /// `samples` runs on an event loop and must be quick.
    package func collect(
        _ kind: MetricKind,
        _ name: String,
        help: String,
        samples: @escaping @Sendable () -> [MetricSample]
    ) {
        state.withLock {
            $0.help[name] = help
            $0.collectors.append(Collector(name: name, kind: kind, samples: samples))
        }
    }

    /// Everything in the Prometheus text format 0.0.4, families sorted by name.
    package func render() -> String {
        let (families, collectors, help, refused) = state.withLock {
            ($0.families, $0.collectors, $0.help, $0.refusedSeries)
        }
        // Collectors run outside the lock: they may touch metrics themselves.
        var bodies: [String: (kind: MetricKind, text: String)] = [:]
        for (name, family) in families {
            var text = ""
            for (labels, cell) in family.cells.sorted(by: { $0.key < $1.key }) {
                cell.write(name: name, labels: labels, into: &text)
            }
            bodies[name] = (family.kind, text)
        }
        for collector in collectors {
            var text = bodies[collector.name]?.text ?? ""
            for sample in collector.samples() {
                text += MetricText.line(
                    collector.name,
                    MetricText.labels(sample.labels),
                    MetricText.number(sample.value)
                )
            }
            bodies[collector.name] = (collector.kind, text)
        }
        bodies["metrics_refused_series_total"] = (.counter, "metrics_refused_series_total \(refused)\n")
        var output = ""
        for (name, body) in bodies.sorted(by: { $0.key < $1.key }) {
            if let help = help[name] { output += "# HELP \(name) \(MetricText.escape(help, quotes: false))\n" }
            output += "# TYPE \(name) \(body.kind.rawValue)\n\(body.text)"
        }
        return output
    }

    /// The series for a name and labels, made if new; `nil` when the name has another kind or too many series.
    private func cell<Cell: MetricCell>(
        _ label: String,
        _ kind: MetricKind,
        _ dimensions: [(String, String)],
        make: ([Double]) -> Cell
    ) -> Cell? {
        let name = MetricText.name(label)
        let labels = MetricText.labels(dimensions)
        return state.withLock { state in
            var family = state.families[name] ?? MetricFamily(kind: kind)
            if let cell = family.cells[labels] { return cell as? Cell }
            guard family.kind == kind, family.cells.count < MetricFamily.maximumSeries else {
                state.refusedSeries += 1
                return nil
            }
            let cell = make(state.buckets[name] ?? Self.defaultBuckets)
            family.cells[labels] = cell
            state.families[name] = family
            return cell
        }
    }
}

extension MetricsRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, .counter, dimensions) { _ in CounterCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        cell(label, .counter, dimensions) { _ in CounterCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, .gauge, dimensions) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            return cell(label, .histogram, dimensions) { HistogramCell(bounds: $0) } ?? NOOPMetricsHandler.instance
        }
        return cell(label, .gauge, dimensions) { _ in GaugeCell() } ?? NOOPMetricsHandler.instance
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        cell(label, .histogram, dimensions) { HistogramCell(bounds: $0) } ?? NOOPMetricsHandler.instance
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
