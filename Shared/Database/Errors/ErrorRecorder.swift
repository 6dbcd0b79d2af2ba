// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Glibc
package import Logging
package import Postgres

/// Writes a service's errors to the database every few seconds. While that is away they are gathered, within bounds, and
/// nobody waits.
package final class ErrorRecorder: Sendable {
    /// Between two writes.
    package static let interval = Duration.seconds(5)

    private let store: ErrorStore
    private let collector: ErrorCollector
    private let service: String
    private let release: String
    private let now: @Sendable () -> Int64
    private let logger: Logger

    /// - Parameters:
    ///   - pool: one that nothing urgent waits for.
    ///   - service: the daemon's name.
    ///   - release: its version.
    ///   - now: microseconds since 1970.
    package init(
        pool: PostgresPool,
        service: String,
        release: String,
        now: @escaping @Sendable () -> Int64 = ErrorRecorder.systemTime,
        logger: Logger
    ) {
        store = ErrorStore(pool: pool)
        collector = ErrorCollector()
        self.service = service
        self.release = release
        self.now = now
        self.logger = logger
    }

    /// Takes a log line if it tells of an error. Never waits.
    package func note(_ event: LogEvent, _ metadata: Logger.Metadata) {
        guard event.level >= .error,
            let error = ErrorEvent(
                event,
                metadata: metadata,
                service: service,
                release: release,
                at: Timestamp(microseconds: now())
            )
        else { return }
        collector.add(error)
    }

    /// Writes until the task is cancelled, and once more then. To be run once.
    package func run() async {
        while !Task.isCancelled {
            // Cancelled at the end; the loop's condition ends it then.
            try? await Task.sleep(for: Self.interval)
            if !Task.isCancelled { await flush() }
        }
    }

    /// Writes what is gathered; what cannot be written is put back.
    package func flush() async {
        var (groups, dropped) = collector.take()
        if dropped > 0 {
            // A warning: an error would be one more to report.
            logger.warning("errors of too many kinds; not all are reported", metadata: ["errors": "\(dropped)"])
        }
        while let group = groups.popLast() {
            do {
                try await store.add(group)
            } catch {
                collector.putBack(groups + [group])
                logger.debug("cannot write error reports", metadata: ["error": "\(error)"])
                return
            }
        }
    }

    /// Microseconds since 1970 by the system's clock.
    @Sendable package static func systemTime() -> Int64 {
        var time = timespec()
        // SAFETY: clock_gettime fills the structure it is given.
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
