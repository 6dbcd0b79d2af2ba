// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Asks every responder over DNS whether it answers what is published.
package struct ProbeResponders: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "distribution.probe"
    /// Apart from what customers wait for.
    package static let queue = "maintenance"
    /// One: the next slot goes on.
    package static let maximumAttempts = 1
    /// A few runs' worth of responders that do not answer.
    package static let timeLimit = Duration.seconds(300)

    /// No arguments: how much is asked is the worker's configuration.
    package init() {}
}
