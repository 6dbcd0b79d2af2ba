// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Configuration

/// One place options come from, asked in order of precedence.
struct SettingsSource {
    enum Place {
        case flags
        case environment
        case file(String)
    }

    let place: Place
    let snapshot: any ConfigSnapshot

    /// Where the value of `option` lies here, for messages.
    func name(of option: DaemonOption) -> String {
        switch place {
        case .flags: "flag \(option.flag)"
        case .environment: "environment \(option.environmentName)"
        case .file(let path): path
        }
    }

    /// The option's value in its flag form; `nil` if this source does not have it.
    func text(of option: DaemonOption) throws(SettingsError) -> String? {
        let key =
            switch place {
            case .environment: AbsoluteConfigKey(["zonewright", option.key])
            case .flags, .file: AbsoluteConfigKey([option.key])
            }
        for type in types(for: option.kind) {
            // A value of another type is not an error yet: a number may be written as a JSON string.
            guard let result = try? snapshot.value(forKey: key, type: type) else { continue }
            guard let value = result.value else { return nil }
            switch value.content {
            case .string(let text): return text
            case .int(let number): return String(number)
            case .bool(let flag): return String(flag)
            case .stringArray(let elements): return elements.joined(separator: ",")
            case .double, .bytes, .intArray, .doubleArray, .boolArray, .byteChunkArray: continue
            }
        }
        throw SettingsError(option: option.key, source: name(of: option), reason: "has a value of the wrong type")
    }

    private func types(for kind: OptionKind) -> [ConfigType] {
        switch place {
        // The command-line provider splits values at commas; its array form gives the whole text back.
        case .flags: [.stringArray]
        case .environment: [.string]
        case .file:
            switch kind {
            case .integer, .duration: [.int, .string]
            case .boolean: [.bool, .string]
            case .addressList, .list: [.stringArray, .string]
            case .string, .path, .address, .choice: [.string]
            }
        }
    }
}
