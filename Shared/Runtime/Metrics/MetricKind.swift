// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The type of a metric family in the Prometheus text format.
package enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}
