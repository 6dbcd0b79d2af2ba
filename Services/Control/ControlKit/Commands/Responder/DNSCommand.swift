// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation

/// `zonewright dns`: a running responder on this machine.
struct DNSCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dns",
        abstract: "Look at a running responder on this machine, and at how it answers.",
        subcommands: [
            DNSStatusCommand.self, DNSZonesCommand.self, DNSZoneCommand.self, DNSPurgeCommand.self,
            DNSExplainCommand.self, DNSTopCommand.self, DNSVerifyCommand.self,
        ]
    )
}

/// What the commands print.
enum ResponderOutput {
    /// `key value` lines as an object; keys that occur again make arrays.
    static func json(pairs lines: [String]) throws -> String {
        var values: [String: Any] = [:]
        for line in lines {
            let (key, value) = split(line)
            switch values[key] {
            case nil: values[key] = value
            case let several as [String]: values[key] = several + [value]
            case let one?: values[key] = ["\(one)", value]
            }
        }
        return try text(values)
    }

    /// A list of objects or strings.
    static func text(_ value: Any) throws -> String {
        let data = try JSONSerialization.data(
            withJSONObject: value,
            options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        )
        return String(decoding: data, as: UTF8.self)
    }

    /// The first word of a line and the rest.
    static func split(_ line: String) -> (key: String, value: String) {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
    }

    /// `key value` lines in two columns.
    static func columns(_ lines: [String]) -> String {
        let pairs = lines.map(split)
        let width = pairs.map(\.key.count).max() ?? 0
        return pairs.map { pair in
            pair.key + String(repeating: " ", count: width - pair.key.count + 2) + pair.value
        }.joined(separator: "\n")
    }
}
