// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
import Synchronization

/// Lets one part of the daemon see every line that is logged, once it is there. It must not wait, nor log itself.
package final class LogTap: Sendable {
    /// Gets the event, and all of its metadata: the logger's, the task's and its own.
    package typealias Body = @Sendable (LogEvent, Logger.Metadata) -> Void

    private let body = Mutex<Body?>(nil)

    package init() {}

    /// Hands lines to `body` from now on.
    package func open(_ body: @escaping Body) {
        self.body.withLock { $0 = body }
    }

    func pass(_ event: LogEvent, _ metadata: Logger.Metadata) {
        body.withLock { $0 }?(event, metadata)
    }
}
