// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright dns top`.
struct DNSTopCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "Count for some seconds which zones, clients or types are asked for most.",
        discussion: "Counts are exact, or too small by the printed error at most. Answers do not wait for it."
    )

    @Argument(help: "zones, clients or types.")
    var subject: String

    @Option(help: "Seconds to count.")
    var seconds = 5

    @Option(help: "Lines to print.")
    var limit = 20

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let lines = try await responder.ask("top \(subject) \(seconds)")
        let totals = lines.filter { $0.hasPrefix("total ") || $0.hasPrefix("error ") }
        let entries = lines.dropFirst(totals.count).prefix(max(limit, 0))
        if responder.json {
            let objects = entries.map { line -> [String: String] in
                let (count, name) = ResponderOutput.split(line)
                return ["count": count, "name": name]
            }
            print(try ResponderOutput.text(objects))
            return
        }
        for line in entries { print(line) }
        print("\(totals.joined(separator: ", ")) (queries in \(seconds) s)")
    }
}
