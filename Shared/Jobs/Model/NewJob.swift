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

    /// A job with the given arguments.
    ///
    /// Throws `EncodingError` if the arguments have no JSON form.
    package init(_ parameters: some JobParameters, delay: Duration = .zero, uniqueKey: String? = nil) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let arguments = String(decoding: try encoder.encode(parameters), as: UTF8.self)
        self.init(type(of: parameters), arguments: arguments, delay: delay, uniqueKey: uniqueKey)
    }

    /// A job whose arguments the caller has written as JSON already, where the encoder would be the greater part of the
    /// work.
    package init(
        _ type: (some JobParameters).Type,
        arguments: String,
        delay: Duration = .zero,
        uniqueKey: String? = nil
    ) {
        kind = type.kind
        queue = type.queue
        priority = type.priority
        maximumAttempts = type.maximumAttempts
        self.arguments = arguments
        self.delay = delay
        self.uniqueKey = uniqueKey
    }
}
