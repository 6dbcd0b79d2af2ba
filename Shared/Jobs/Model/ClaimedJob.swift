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
    /// The version of the arguments.
    package let version: Int
    /// The sealed arguments, if they are a secret.
    package let secret: [UInt8]?
    /// What the kind's limits are counted by.
    package let limitKey: String?
    /// The batch that counts the job's end.
    package let batch: Int64?
    /// How long the job was still worth running when it was claimed; not positive when its deadline has passed.
    package let remaining: Duration?
    /// Whether someone asked for the job to be stopped.
    package let isCancelled: Bool

    /// A job as claimed.
    package init(
        id: Int64,
        kind: String,
        queue: String,
        arguments: String,
        attempt: Int,
        maximumAttempts: Int,
        waited: Duration = .zero,
        version: Int = 1,
        secret: [UInt8]? = nil,
        limitKey: String? = nil,
        batch: Int64? = nil,
        remaining: Duration? = nil,
        isCancelled: Bool = false
    ) {
        self.id = id
        self.kind = kind
        self.queue = queue
        self.arguments = arguments
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.waited = waited
        self.version = version
        self.secret = secret
        self.limitKey = limitKey
        self.batch = batch
        self.remaining = remaining
        self.isCancelled = isCancelled
    }

    /// What identifies this claim.
    package var lease: JobLease { JobLease(id: id, attempt: attempt) }

    /// The job with its secret arguments readable; the same job when they are none.
    ///
    /// Throws ``JobFailure/retry(_:)`` when they cannot be opened: a worker with the right key may come.
    package func opened(by sealer: JobSealer?) throws(JobFailure) -> ClaimedJob {
        guard let secret else { return self }
        guard let sealer else { throw .retry("the arguments are sealed and this worker has no key") }
        do {
            return replacing(arguments: String(decoding: try sealer.open(secret, kind: kind), as: UTF8.self))
        } catch {
            throw .retry("the sealed arguments cannot be opened: \(error)")
        }
    }

    private func replacing(arguments: String) -> ClaimedJob {
        ClaimedJob(
            id: id,
            kind: kind,
            queue: queue,
            arguments: arguments,
            attempt: attempt,
            maximumAttempts: maximumAttempts,
            waited: waited,
            version: version,
            limitKey: limitKey,
            batch: batch,
            remaining: remaining,
            isCancelled: isCancelled
        )
    }

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
