// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One value read by a collector at the moment of a scrape.
package struct MetricSample: Sendable {
    /// Names and values, in the order they are printed.
    package let labels: [(String, String)]
    /// The value at this moment.
    package let value: Double

    /// A sample with its labels in the order they are printed.
    package init(labels: [(String, String)] = [], value: Double) {
        self.labels = labels
        self.value = value
    }
}
