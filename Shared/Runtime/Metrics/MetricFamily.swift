// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// All series of one metric name.
struct MetricFamily: Sendable {
    /// More label combinations than this are not kept: labels must be bounded, and a slip must not eat the memory.
    static let maximumSeries = 1_000

    let kind: MetricKind
    /// Series by their printed labels.
    var cells: [String: any MetricCell] = [:]

    init(kind: MetricKind) {
        self.kind = kind
    }
}
