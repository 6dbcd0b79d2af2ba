// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension FaultScenario {
    /// All of them, in the order that they are run in.
    package static let all: [FaultScenario] = [
        .kills, .partition, .partitionNetwork, .away, .damagedLines, .poison, .promotionSync, .promotionAsync, .restore,
        .databaseAway, .databaseLink, .clocks, .followers, .fullReplica, .fullDatabase, .propagation, .propagationFar,
        .firstFill,
    ]
}
