// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One time series that can print itself.
protocol MetricCell: AnyObject, Sendable {
    /// Appends the sample lines of this series.
    func write(name: String, labels: String, into text: inout String)
}
