// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The text of `--help`: every option with its environment variable and default.
struct HelpText {
    let name: String
    let summary: String
    let options: [DaemonOption]

    var text: String {
        var lines = ["\(summary)", "", "Usage: \(name) [options]", "", "Options:"]
        for option in options {
            lines.append(
                option.isSecret ? "  \(option.key) (never a flag)" : "  \(option.flag) \(option.kind.placeholder)"
            )
            lines.append("      \(option.help)")
            var facts = "environment \(option.environmentName)"
            if let text = option.defaultText { facts += ", default \(text)" }
            lines.append("      (\(facts))")
        }
        lines += [
            "  --help, -h", "      Print this text and exit.",
            "  --version", "      Print the version and exit.",
            "",
            "A flag wins over the environment, which wins over the file given with --config. The file is one JSON",
            "object; its keys are the option names without dashes in front.",
            "",
            "Exit status: 0 stopped after draining, 64 wrong usage or configuration, 69 something needed is",
            "unavailable (address in use, database missing, folder not writable), 70 internal error.",
            "",
        ]
        return lines.joined(separator: "\n")
    }
}
