// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Counts of durations in buckets that grow with the duration: a value is known to 1/64 of itself.
///
/// Adding is a few instructions and never allocates, so that a million queries a second can be measured.
struct LatencyHistogram: Sendable {
    /// Each power of two is cut into this many buckets.
    private static let stepBits = 6
    private static let steps = 1 << stepBits
    /// Durations above 2^40 ns, 18 minutes, count as that.
    private static let largest: UInt64 = 1 << 40

    private var counts: [UInt64]
    private(set) var total: UInt64 = 0
    /// The longest duration, exactly, in nanoseconds.
    private(set) var maximum: UInt64 = 0
    private(set) var sum: UInt64 = 0

    init() {
        counts = Array(repeating: 0, count: Self.bucket(of: Self.largest) + 1)
    }

    /// Counts one duration in nanoseconds.
    mutating func add(_ nanoseconds: UInt64) {
        counts[Self.bucket(of: min(nanoseconds, Self.largest))] += 1
        total += 1
        sum &+= nanoseconds
        maximum = max(maximum, nanoseconds)
    }

    /// Adds the counts of another histogram.
    mutating func add(_ other: LatencyHistogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        total += other.total
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
    }

    /// A duration in nanoseconds that at least `share` (0...1) of all do not exceed; 0 when there are none.
    func percentile(_ share: Double) -> UInt64 {
        let wanted = max(1, UInt64((share * Double(total)).rounded(.up)))
        var seen: UInt64 = 0
        for (index, count) in counts.enumerated() where count > 0 {
            seen += count
            if seen >= wanted { return min(maximum, Self.upperBound(of: index)) }
        }
        return maximum
    }

    /// The arithmetic mean in nanoseconds; 0 when there are none.
    var mean: UInt64 { total == 0 ? 0 : sum / total }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(steps) else { return Int(value) }
        let shift = UInt64.bitWidth - 1 - stepBits - value.leadingZeroBitCount
        return shift << stepBits + Int(truncatingIfNeeded: value >> UInt64(shift))
    }

    /// The largest value that falls into a bucket.
    private static func upperBound(of bucket: Int) -> UInt64 {
        guard bucket >= 2 * steps else { return UInt64(bucket) }
        let shift = bucket >> stepBits - 1
        let start = UInt64(bucket - shift << stepBits) << UInt64(shift)
        return start + (1 << UInt64(shift)) - 1
    }
}
