// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Asks the parents of hosted zones what they say about them.
package struct CheckDelegations: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "zone.check_delegation"
    /// Apart from what customers wait for.
    package static let queue = "maintenance"
    /// One: what was not looked at is due in the next slot.
    package static let maximumAttempts = 1
    /// A run's worth of name servers that do not answer.
    package static let timeLimit = Duration.seconds(600)

    /// No arguments: the zones are those that are due.
    package init() {}
}
