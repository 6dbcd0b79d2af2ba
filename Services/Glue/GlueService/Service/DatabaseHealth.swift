// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
package import Runtime
import Synchronization

/// Turns the outcomes of database work into readiness, and into log lines when something changes.
package final class DatabaseHealth: Sendable {
    /// The work that can fail by itself.
    package enum Work: String, Sendable, Hashable, CaseIterable {
        case start, publishing, sequencing, pruning, measuring
    }

    private static let component = "database"

    private let readiness: Readiness
    private let logger: Logger
    /// The last failure of each work that has not succeeded since.
    private let failures = Mutex<[Work: String]>([.start: "starting"])

    package init(readiness: Readiness, logger: Logger) {
        self.readiness = readiness
        self.logger = logger
        readiness.register(Self.component)
    }

    /// Work with the database succeeded.
    package func succeeded(_ work: Work) {
        let wasLast = failures.withLock { failures in
            failures.removeValue(forKey: work) != nil && failures.isEmpty
        }
        guard wasLast else { return }
        logger.info("the database is in use")
        readiness.set(Self.component, .ready)
    }

    /// Work with the database failed; it will be tried again.
    package func failed(_ work: Work, _ error: any Error) {
        if error is CancellationError { return }
        let text = "\(error)"
        let isNews = failures.withLock { failures in
            defer { failures[work] = text }
            return failures[work] != text
        }
        guard isNews else { return }
        logger.error(
            "work with the database failed; trying again",
            metadata: ["work": "\(work.rawValue)", "error": "\(text)"]
        )
        readiness.set(Self.component, .notReady(text))
    }
}
