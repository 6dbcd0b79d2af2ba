// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging

/// What a daemon's composition gets from the runtime.
package struct DaemonContext: Sendable {
    /// The daemon's name, for example `zonewright-dns`.
    package let name: String
    /// All options, checked.
    package let settings: Settings
    /// The daemon's logger.
    package let logger: Logger
    /// Where parts report whether they can serve.
    package let readiness: Readiness
    /// Also the process's `MetricsSystem` factory.
    package let metrics: MetricsRegistry
    /// Where parts register what they read again on SIGHUP, or when its files change.
    package let reloads: Reloads
    /// Shows what is logged to whoever reports errors.
    package let logTap: LogTap

    /// How this process makes room for a successor.
    package let succession: Succession

    /// Assembles a context; tests of services use it directly.
    package init(
        name: String,
        settings: Settings,
        logger: Logger,
        readiness: Readiness,
        metrics: MetricsRegistry,
        reloads: Reloads = Reloads(),
        logTap: LogTap = LogTap(),
        succession: Succession = Succession()
    ) {
        self.name = name
        self.settings = settings
        self.logger = logger
        self.readiness = readiness
        self.metrics = metrics
        self.reloads = reloads
        self.logTap = logTap
        self.succession = succession
    }
}
