// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why the configuration was refused: which option, where it came from, and what is wrong with it.
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// The option's key, or the unknown flag or file key as it was given.
    package let option: String
    /// Where the value came from, for example `flag --listen` or `/etc/zonewright/dns.json`.
    package let source: String
    /// What is wrong, without the value of a secret.
    package let reason: String

    /// Describes one refused option.
    package init(option: String, source: String, reason: String) {
        self.option = option
        self.source = source
        self.reason = reason
    }

    package var description: String {
        source.isEmpty ? "option \(option): \(reason)" : "option \(option) (\(source)): \(reason)"
    }
}
