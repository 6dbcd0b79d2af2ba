// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Configuration
import Foundation

/// A JSON configuration file: one object whose keys are option names.
struct ConfigurationFile {
    let path: String
    let snapshot: any ConfigSnapshot

    /// Reads the file and refuses keys that are no options, so that a misspelt option is not silently ignored.
    init(path: String, options: [DaemonOption]) throws(SettingsError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw SettingsError(option: "config", source: path, reason: "the file cannot be read")
        }
        let object: [String: Any]
        do {
            guard let parsed = try JSONSerialization.jsonObject(with: data) as? [String: Any] else {
                throw SettingsError(option: "config", source: path, reason: "the file is not one JSON object")
            }
            object = parsed
            snapshot = try JSONSnapshot(data: data.bytes, providerName: path, parsingOptions: .default)
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError(option: "config", source: path, reason: "the file is not valid JSON for options")
        }
        let known = Set(options.map(\.key)).subtracting(["config"])
        if let unknown = object.keys.sorted().first(where: { !known.contains($0) }) {
            throw SettingsError(option: unknown, source: path, reason: "unknown key")
        }
        self.path = path
    }
}
