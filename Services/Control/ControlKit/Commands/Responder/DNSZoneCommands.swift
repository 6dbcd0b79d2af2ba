// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright dns zones`.
struct DNSZonesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zones",
        abstract: "List the zones that the responder holds: name, serial, generation, version, records, octets, hash."
    )

    @Argument(help: "Only this zone and those below it.")
    var below: String?

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let keys = ["name", "serial", "generation", "version", "records", "octets", "hash"]
        try await responder.ask(below.map { "zones \($0)" } ?? "zones") { line in
            guard responder.json else { return print(line) }
            let values = line.split(separator: " ").map(String.init)
            // One object a line: a million zones make no document that must be held whole.
            let fields = zip(keys, values).map { "\"\($0)\":\(Self.quoted($1))" }
            print("{\(fields.joined(separator: ","))}")
        }
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
        return "\"\(escaped)\""
    }
}

/// `zonewright dns zone`.
struct DNSZoneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zone",
        abstract: "Show one zone that the responder holds."
    )

    @Argument(help: "The zone's name.")
    var name: String

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let lines = try await responder.ask("zone \(name)")
        print(responder.json ? try ResponderOutput.json(pairs: lines) : ResponderOutput.columns(lines))
    }
}

/// `zonewright dns purge`.
struct DNSPurgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "purge",
        abstract: "Make the responder forget a zone and fetch it anew from its origin.",
        discussion: "Until it has come, which takes milliseconds, queries for the zone are answered SERVFAIL."
    )

    @Argument(help: "The zone's name.")
    var name: String

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        for line in try await responder.ask("purge \(name)") { print(line) }
    }
}
