// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Configuration
import Foundation

extension Settings {
    /// Reads every option from the command line, the environment and the configuration file, in this precedence.
    ///
    /// - Parameters:
    ///   - arguments: flags as normalised by ``CommandLineScan``.
    ///   - environment: the process's environment.
    ///   - options: all options of the daemon, companions of secrets included.
    static func load(
        arguments: [String],
        environment: [String: String],
        options: [DaemonOption]
    ) throws(SettingsError) -> Settings {
        var sources = [
            SettingsSource(
                place: .flags,
                snapshot: CommandLineArgumentsProvider(arguments: [""] + arguments).snapshot()
            ),
            SettingsSource(
                place: .environment,
                snapshot: EnvironmentVariablesProvider(environmentVariables: environment).snapshot()
            ),
        ]
        if let option = options.first(where: { $0.key == "config" }),
            let path = try entry(of: option, in: sources).value, case .text(let path) = path
        {
            let file = try ConfigurationFile(path: path, options: options)
            sources.append(SettingsSource(place: .file(path), snapshot: file.snapshot))
        }
        var entries: [String: Entry] = [:]
        for option in options {
            entries[option.key] = try entry(of: option, in: sources)
        }
        for option in options {
            guard let companion = option.fileCompanion, entries[option.key]?.value == nil,
                let entry = entries[companion.key], case .text(let path)? = entry.value
            else { continue }
            entries[option.key] = try secret(option, path: path, source: entry.source)
        }
        return Settings(entries: entries)
    }

    private static func entry(of option: DaemonOption, in sources: [SettingsSource]) throws(SettingsError) -> Entry {
        for source in sources {
            guard let text = try source.text(of: option) else { continue }
            return try entry(of: option, text: text, source: source.name(of: option))
        }
        guard let text = option.defaultText else { return Entry(option: option, value: nil, source: "") }
        return try entry(of: option, text: text, source: "default")
    }

    private static func entry(of option: DaemonOption, text: String, source: String) throws(SettingsError) -> Entry {
        do throws(OptionValueProblem) {
            return Entry(option: option, value: try OptionValue(text, kind: option.kind), source: source)
        } catch {
            let shown = option.isSecret ? "the value" : "\"\(text)\""
            throw SettingsError(option: option.key, source: source, reason: "\(shown) \(error.reason)")
        }
    }

    /// The secret in a file, without the line ends around it.
    private static func secret(_ option: DaemonOption, path: String, source: String) throws(SettingsError) -> Entry {
        guard let text = try? String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8) else {
            throw SettingsError(option: "\(option.key)-file", source: source, reason: "the file \(path) cannot be read")
        }
        let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !value.isEmpty else {
            throw SettingsError(option: "\(option.key)-file", source: source, reason: "the file \(path) is empty")
        }
        return try entry(of: option, text: value, source: path)
    }
}
