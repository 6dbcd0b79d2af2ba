// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// A job a worker holds a lease on.
package struct ClaimedJob: Sendable, Equatable {
    /// The job.
    package let id: Int64
    /// The name its parameters' type goes by.
    package let kind: String
    /// The queue it was claimed from.
    package let queue: String
    /// The arguments as JSON text.
    package let arguments: String
    /// Counts claims from 1. It is the fencing number: results of an older attempt are refused.
    package let attempt: Int
    /// The attempt after which a failure is final.
    package let maximumAttempts: Int
    /// How long the job had been runnable when it was claimed.
    package let waited: Duration

    /// A job as claimed.
    package init(
        id: Int64,
        kind: String,
        queue: String,
        arguments: String,
        attempt: Int,
        maximumAttempts: Int,
        waited: Duration = .zero
    ) {
        self.id = id
        self.kind = kind
        self.queue = queue
        self.arguments = arguments
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.waited = waited
    }

    /// What identifies this claim.
    package var lease: JobLease { JobLease(id: id, attempt: attempt) }

    /// The typed arguments. Throws ``JobFailure/discard(_:)`` if they cannot be read: trying again would not help.
    package func decode<Parameters: JobParameters>(_ type: Parameters.Type) throws(JobFailure) -> Parameters {
        do {
            return try JSONDecoder().decode(type, from: Data(arguments.utf8))
        } catch {
            throw .discard("arguments cannot be read as \(type)")
        }
    }
}

/// One claim of a job: its id and the fencing number.
package struct JobLease: Sendable, Hashable {
    /// The job.
    package let id: Int64
    /// The fencing number.
    package let attempt: Int

    /// Names a claim.
    package init(id: Int64, attempt: Int) {
        self.id = id
        self.attempt = attempt
    }
}
