// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where the queries of a load come from; one value for each thread.
protocol QuerySource: Sendable {
    /// Stages up to `maximum` (at least 1) queries, at least one, with any identifier.
    mutating func stage(into burst: inout Burst, maximum: Int)

    /// The same queries for the thread `index` of `count`: each begins elsewhere.
    func forThread(_ index: Int, of count: Int) -> Self
}
