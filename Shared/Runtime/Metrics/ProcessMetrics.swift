// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Memory, processor time, open files and start time of this process, read from `/proc` at each scrape.
enum ProcessMetrics {
    /// Adds the metrics and `zonewright_build_info`.
    static func register(in registry: MetricsRegistry, service: String) {
        let started = Date().timeIntervalSince1970
        registry.collect(
            .gauge,
            "zonewright_build_info",
            help: "Always 1; the labels name the service and its version."
        ) {
            [MetricSample(labels: [("service", service), ("version", BuildVersion.current)], value: 1)]
        }
        registry.collect(.gauge, "process_start_time_seconds", help: "When the process started, Unix time.") {
            [MetricSample(value: started)]
        }
        registry.collect(.gauge, "process_resident_memory_bytes", help: "Resident memory.") {
            field(1, of: "/proc/self/statm").map { [MetricSample(value: $0 * Double(sysconf(CInt(_SC_PAGESIZE))))] }
                ?? []
        }
        registry.collect(.counter, "process_cpu_seconds_total", help: "User and system processor time.") {
            // Fields 14 and 15 of proc(5) stat, counted after the parenthesised command name.
            guard let stat = contents("/proc/self/stat"), let close = stat.lastIndex(of: ")") else { return [] }
            let fields = stat[stat.index(after: close)...].split(separator: " ")
            guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return [] }
            return [MetricSample(value: (user + system) / Double(sysconf(CInt(_SC_CLK_TCK))))]
        }
        registry.collect(.gauge, "process_open_fds", help: "Open file descriptors.") {
            let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
            return entries.map { [MetricSample(value: Double($0.count))] } ?? []
        }
    }

    private static func contents(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    private static func field(_ index: Int, of path: String) -> Double? {
        guard let fields = contents(path)?.split(separator: " "), fields.count > index else { return nil }
        return Double(fields[index])
    }
}
