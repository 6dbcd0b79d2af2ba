// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// A job about to be put into a queue.
package struct NewJob: Sendable, Equatable {
    /// The name its parameters' type goes by.
    package let kind: String
    /// The queue it will wait in.
    package let queue: String
    /// Lower runs first.
    package let priority: Int16
    /// The attempt after which a failure is final.
    package let maximumAttempts: Int
    /// The arguments as JSON text.
    package let arguments: String
    /// How long after the enqueuing transaction's start the job may run.
    package let delay: Duration
    /// While a job of this kind and key waits or runs, another one is not put into the queue.
    package let uniqueKey: String?
    /// The version of the arguments.
    package let version: Int
    /// How long after the enqueuing transaction's start the job is still worth running.
    package let deadline: Duration?
    /// What the kind's limits are counted by.
    package let limitKey: String?
    /// The sealed arguments; ``arguments`` is an empty object then.
    package let secret: [UInt8]?

    /// A job with the given arguments.
    ///
    /// Throws `EncodingError` if the arguments have no JSON form, and ``JobSealingError`` if they are to be sealed and
    /// cannot be.
    ///
    /// - Parameter sealer: needed by kinds whose arguments are secret.
    package init(
        _ parameters: some JobParameters,
        delay: Duration = .zero,
        uniqueKey: String? = nil,
        sealer: JobSealer? = nil
    ) throws {
        let type = type(of: parameters)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let json = try encoder.encode(parameters)
        var secret: [UInt8]?
        if type.isSealed {
            guard let sealer else { throw JobSealingError.noKey }
            secret = try sealer.seal(Array(json), kind: type.kind)
        }
        self.init(
            type,
            arguments: secret == nil ? String(decoding: json, as: UTF8.self) : "{}",
            secret: secret,
            delay: delay,
            uniqueKey: uniqueKey,
            limitKey: type.limits == nil ? nil : parameters.limitKey
        )
    }

    /// A job whose arguments the caller has written as JSON already, where the encoder would be the greater part of the
    /// work. Not for kinds whose arguments are secret.
    package init(
        _ type: (some JobParameters).Type,
        arguments: String,
        delay: Duration = .zero,
        uniqueKey: String? = nil,
        limitKey: String? = nil
    ) {
        precondition(!type.isSealed, "secret arguments are sealed by the other initialiser")
        self.init(
            type,
            arguments: arguments,
            secret: nil,
            delay: delay,
            uniqueKey: uniqueKey,
            limitKey: limitKey
        )
    }

    private init(
        _ type: (some JobParameters).Type,
        arguments: String,
        secret: [UInt8]?,
        delay: Duration,
        uniqueKey: String?,
        limitKey: String?
    ) {
        kind = type.kind
        queue = type.queue
        priority = type.priority
        maximumAttempts = type.maximumAttempts
        version = type.version
        deadline = type.deadline
        self.arguments = arguments
        self.secret = secret
        self.delay = delay
        self.uniqueKey = uniqueKey
        self.limitKey = limitKey
    }
}
