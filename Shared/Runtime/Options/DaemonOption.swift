// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One option of a daemon. Its key alone says how it is given: `udp-threads` is the flag `--udp-threads`, the
/// environment variable `ZONEWRIGHT_UDP_THREADS` and the key `udp-threads` of the JSON configuration file.
/// A flag wins over the environment, which wins over the file, which wins over the default.
package struct DaemonOption: Sendable {
    /// Lower-case words joined by `-`.
    package let key: String
    /// What the option's text must look like.
    package let kind: OptionKind
    /// The default in the same text form as a flag's value; `nil` when there is none.
    package let defaultText: String?
    /// One or two sentences for `--help`.
    package let help: String
    /// A secret is never taken from a flag, where every user of the machine could read it. Instead of the value,
    /// `<key>-file` names a file that holds it.
    package let isSecret: Bool

    /// Declares an option.
    package init(
        _ key: String,
        _ kind: OptionKind = .string,
        default defaultText: String? = nil,
        help: String,
        isSecret: Bool = false
    ) {
        self.key = key
        self.kind = kind
        self.defaultText = defaultText
        self.help = help
        self.isSecret = isSecret
    }

    /// The command-line flag, with its dashes.
    package var flag: String { "--\(key)" }

    /// The environment variable.
    package var environmentName: String {
        "ZONEWRIGHT_" + key.uppercased().split(separator: "-").joined(separator: "_")
    }

    /// The companion option of a secret, naming a file that holds the value; `nil` for other options.
    package var fileCompanion: DaemonOption? {
        guard isSecret else { return nil }
        return DaemonOption("\(key)-file", .path, help: "File that holds the value of \(key).")
    }
}
