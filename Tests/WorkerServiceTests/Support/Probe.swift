// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs

/// A job for tests.
struct Probe: JobParameters, Equatable {
    static let kind = "test.probe"
    static let queue = "test"
    static let maximumAttempts = 3
    static let backoff = BackoffPolicy.steps([.zero])

    let value: Int
}

/// A job for tests that runs before others and must end at once.
struct UrgentProbe: JobParameters {
    static let kind = "test.urgent"
    static let queue = "test"
    static let priority: Int16 = -1
    static let timeLimit = Duration.milliseconds(20)

    let value: Int
}
