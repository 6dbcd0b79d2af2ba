// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The daemon's options, each checked against its kind when the settings were loaded.
///
/// A getter for an option without value and default throws, naming the option and the ways to give it.
package struct Settings: Sendable {
    struct Entry: Sendable {
        let option: DaemonOption
        let value: OptionValue?
        let source: String
    }

    let entries: [String: Entry]

    /// The value of a `.string`, `.path` or `.choice` option.
    package func string(_ key: String) throws(SettingsError) -> String {
        try required(key, try optionalString(key))
    }

    /// The value of a `.string`, `.path` or `.choice` option, `nil` when not given.
    package func optionalString(_ key: String) throws(SettingsError) -> String? {
        guard case .text(let text)? = try entry(key).value else { return nil }
        return text
    }

    /// The value of an `.integer` option.
    package func integer(_ key: String) throws(SettingsError) -> Int {
        guard case .integer(let number)? = try entry(key).value else { throw try missing(key) }
        return number
    }

    /// The value of an `.integer` option, `nil` when not given.
    package func optionalInteger(_ key: String) throws(SettingsError) -> Int? {
        guard case .integer(let number)? = try entry(key).value else { return nil }
        return number
    }

    /// The value of a `.boolean` option; `false` when not given.
    package func boolean(_ key: String) throws(SettingsError) -> Bool {
        try entry(key).value == .boolean(true)
    }

    /// The value of a `.duration` option.
    package func duration(_ key: String) throws(SettingsError) -> Duration {
        guard case .duration(let duration)? = try entry(key).value else { throw try missing(key) }
        return duration
    }

    /// The value of an `.address` option.
    package func address(_ key: String) throws(SettingsError) -> HostPort {
        try required(key, try optionalAddress(key))
    }

    /// The value of an `.address` option, `nil` when not given.
    package func optionalAddress(_ key: String) throws(SettingsError) -> HostPort? {
        guard case .addresses(let addresses)? = try entry(key).value else { return nil }
        return addresses.first
    }

    /// The values of an `.addressList` option; empty when not given.
    package func addresses(_ key: String) throws(SettingsError) -> [HostPort] {
        guard case .addresses(let addresses)? = try entry(key).value else { return [] }
        return addresses
    }

    /// The values of a `.list` option; empty when not given.
    package func list(_ key: String) throws(SettingsError) -> [String] {
        guard case .list(let elements)? = try entry(key).value else { return [] }
        return elements
    }

    /// Where the option's value came from, for example `flag --listen`, for messages about what it caused.
    package func source(of key: String) -> String {
        entries[key]?.source ?? ""
    }

    /// An error about this option's value, found only when it was used.
    package func refuse(_ key: String, _ reason: String) -> SettingsError {
        SettingsError(option: key, source: source(of: key), reason: reason)
    }

    private func entry(_ key: String) throws(SettingsError) -> Entry {
        guard let entry = entries[key] else {
            throw SettingsError(option: key, source: "", reason: "is read but not declared by this daemon")
        }
        return entry
    }

    private func required<Value>(_ key: String, _ value: Value?) throws(SettingsError) -> Value {
        guard let value else { throw try missing(key) }
        return value
    }

    private func missing(_ key: String) throws(SettingsError) -> SettingsError {
        let option = try entry(key).option
        let flag = option.fileCompanion?.flag ?? option.flag
        return SettingsError(
            option: key,
            source: "",
            reason: "is required: give \(flag), \(option.environmentName) or \"\(key)\" in the configuration file"
        )
    }
}
