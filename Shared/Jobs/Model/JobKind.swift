// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What the queue has to know of a kind to claim its jobs.
package struct JobKind: Sendable, Equatable {
    /// The name.
    package let name: String
    /// The greatest version of its arguments that can be run here.
    package let version: Int
    /// What holds for its keys.
    package let limits: JobLimits?

    /// The kind of `type`.
    package init(_ type: (some JobParameters).Type) {
        self.init(name: type.kind, version: type.version, limits: type.limits)
    }

    /// A kind by its parts.
    package init(name: String, version: Int = 1, limits: JobLimits? = nil) {
        self.name = name
        self.version = version
        self.limits = limits
    }
}
