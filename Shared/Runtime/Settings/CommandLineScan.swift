// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The command line checked strictly before swift-configuration reads it: that provider ignores what it does not know.
struct CommandLineScan: Equatable {
    var wantsHelp = false
    var wantsVersion = false
    /// Each given flag once, as `--key=value`.
    var arguments: [String] = []

    /// - Parameter arguments: the arguments without the program's name.
    init(_ arguments: [String], options: [DaemonOption]) throws(SettingsError) {
        let known = Dictionary(options.map { ($0.flag, $0) }) { first, _ in first }
        var seen: Set<String> = []
        var index = arguments.startIndex
        while index < arguments.endIndex {
            let argument = arguments[index]
            index += 1
            if argument == "--help" || argument == "-h" {
                wantsHelp = true
                continue
            }
            if argument == "--version" {
                wantsVersion = true
                continue
            }
            guard argument.hasPrefix("--") else {
                throw SettingsError(option: argument, source: "command line", reason: "is not an option; see --help")
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            guard let option = known[flag] else {
                throw SettingsError(option: flag, source: "command line", reason: "unknown option; see --help")
            }
            guard !option.isSecret else {
                throw SettingsError(
                    option: option.key,
                    source: "flag \(flag)",
                    reason: "is a secret and cannot be a flag; use \(flag)-file or \(option.environmentName)"
                )
            }
            guard seen.insert(flag).inserted else {
                throw SettingsError(option: option.key, source: "flag \(flag)", reason: "is given more than once")
            }
            let value: String
            if parts.count == 2 {
                value = String(parts[1])
            } else if option.kind == .boolean {
                value = "true"
            } else if index < arguments.endIndex, !arguments[index].hasPrefix("--") {
                value = arguments[index]
                index += 1
            } else {
                throw SettingsError(option: option.key, source: "flag \(flag)", reason: "needs a value")
            }
            self.arguments.append("\(flag)=\(value)")
        }
    }
}
