// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import Metrics
import Testing

@testable import Runtime

@Suite struct MetricsRegistryTests {
    @Test func `Metrics are exported in the Prometheus text format`() {
        let registry = MetricsRegistry()
        registry.describe("requests_total", help: "Requests\nby \\ method.")
        registry.describe("wait_seconds", help: "Waits.", buckets: [0.1, 1])
        Counter(label: "requests_total", dimensions: [("method", "GET")], factory: registry).increment(by: 3)
        Counter(label: "requests_total", dimensions: [("method", "a\"b\\c\nd")], factory: registry).increment()
        FloatingPointCounter(label: "bytes_total", factory: registry).increment(by: 1.5)
        Meter(label: "level", factory: registry).set(-2.25)
        Gauge(label: "http.open-connections", factory: registry).record(4)
        let wait = Metrics.Timer(label: "wait_seconds", dimensions: [("q", "x")], factory: registry)
        wait.recordNanoseconds(100_000_000)
        wait.recordNanoseconds(500_000_000)
        wait.recordNanoseconds(2_000_000_000)
        registry.collect(.gauge, "threads", help: "Busy threads.") {
            [MetricSample(labels: [("n", "0")], value: 1), MetricSample(labels: [("n", "1")], value: .infinity)]
        }
        #expect(
            registry.render() == """
                # TYPE bytes_total counter
                bytes_total 1.5
                # TYPE http_open_connections gauge
                http_open_connections 4
                # TYPE level gauge
                level -2.25
                # TYPE metrics_refused_series_total counter
                metrics_refused_series_total 0
                # HELP requests_total Requests\\nby \\\\ method.
                # TYPE requests_total counter
                requests_total{method="GET"} 3
                requests_total{method="a\\"b\\\\c\\nd"} 1
                # HELP threads Busy threads.
                # TYPE threads gauge
                threads{n="0"} 1
                threads{n="1"} +Inf
                # HELP wait_seconds Waits.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{q="x",le="0.1"} 1
                wait_seconds_bucket{q="x",le="1"} 2
                wait_seconds_bucket{q="x",le="+Inf"} 3
                wait_seconds_sum{q="x"} 2.6
                wait_seconds_count{q="x"} 3

                """
        )
    }

    @Test func `A series is shared by all who name it`() {
        let registry = MetricsRegistry()
        for _ in 0..<10 { Counter(label: "n_total", factory: registry).increment() }
        #expect(registry.render().contains("\nn_total 10\n"))
    }

    @Test func `Too many series and a name of two kinds are refused and counted`() {
        let registry = MetricsRegistry()
        for number in 0..<(MetricFamily.maximumSeries + 5) {
            Counter(label: "n_total", dimensions: [("id", "\(number)")], factory: registry).increment()
        }
        Meter(label: "n_total", dimensions: [("x", "y")], factory: registry).set(1)
        let text = registry.render()
        #expect(text.split(separator: "\n").count { $0.hasPrefix("n_total{") } == MetricFamily.maximumSeries)
        #expect(text.contains("metrics_refused_series_total 6\n"))
    }

    @Test(arguments: [("a.b-c", "a_b_c"), ("9x", "_9x"), ("", "_"), ("ü:z_1", "_:z_1")])
    func `Names are made valid`(label: String, name: String) {
        #expect(MetricText.name(label) == name)
    }
}
