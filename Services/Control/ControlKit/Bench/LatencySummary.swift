// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Percentiles of a set of latencies.
struct LatencySummary: Equatable {
    /// Sorted, in milliseconds.
    private let sorted: [Double]

    init(milliseconds: [Double]) {
        sorted = milliseconds.sorted()
    }

    var count: Int { sorted.count }

    /// The smallest latency that at least `share` (0...1) of all do not exceed; 0 when there are none.
    func percentile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return 0 }
        let rank = (share * Double(sorted.count)).rounded(.up)
        return sorted[min(sorted.count - 1, max(0, Int(rank) - 1))]
    }

    /// `p50 3.1 ms  p90 … max …`
    var text: String {
        [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)].map { name, share in
            "\(name) \(Self.rounded(percentile(share))) ms"
        }.joined(separator: "  ")
    }

    private static func rounded(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
