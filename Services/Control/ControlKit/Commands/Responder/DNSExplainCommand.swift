// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright dns explain`.
struct DNSExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say how a question is answered, and why: zone, node, wildcard, zone cut, aliases, proofs.",
        discussion: "The responder answers the question the way it answers any other, and notes each step."
    )

    @Argument(help: "The name asked for.")
    var name: String

    @Argument(help: "The type asked for.")
    var type = "A"

    @Flag(name: .customLong("do"), help: "Ask for DNSSEC records too.")
    var dnssecOK = false

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let lines = try await responder.ask("explain \(name) \(type.uppercased())\(dnssecOK ? " do" : "")")
        if responder.json {
            print(try ResponderOutput.json(pairs: lines))
            return
        }
        for line in lines {
            let (key, value) = ResponderOutput.split(line)
            switch key {
            case "step": print(value)
            case "rcode": print("\n\(value)")
            default: print("  \(key.padding(to: 12))\(value)")
            }
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
