// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The most frequent of very many keys, in bounded memory (Misra and Gries, 1982).
///
/// A key that stands for more than one in `capacity` of all that was counted is always found; a count is too small by
/// `error` at most.
struct HeavyHitters<Key: Hashable & Sendable>: Sendable {
    /// How many keys are told apart for certain.
    let capacity: Int
    /// How much a count may be too small.
    private(set) var error = 0
    /// All that was counted.
    private(set) var total = 0
    private var counts: [Key: Int] = [:]

    /// Counts of nothing.
    init(capacity: Int) {
        self.capacity = max(capacity, 1)
        counts.reserveCapacity(self.capacity * 2)
    }

    /// Counts a key.
    mutating func add(_ key: Key) {
        total += 1
        counts[key, default: 0] += 1
        // Making room for as many again keeps the work for each key constant on the average.
        if counts.count > capacity * 2 { shrink() }
    }

    /// The most frequent keys, at most `limit`, the most frequent one first.
    func top(_ limit: Int) -> [(key: Key, count: Int)] {
        counts.sorted { $0.value > $1.value }.prefix(limit).map { ($0.key, $0.value) }
    }

    private mutating func shrink() {
        let descending = counts.values.sorted(by: >)
        let threshold = descending[capacity]
        error += threshold
        counts = counts.compactMapValues { $0 > threshold ? $0 - threshold : nil }
    }
}
