// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright dns status`.
struct DNSStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the responder stands: addresses, origin, position, zones, queries."
    )

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let lines = try await responder.ask("status")
        print(responder.json ? try ResponderOutput.json(pairs: lines) : ResponderOutput.columns(lines))
    }
}

/// `zonewright dns verify`.
struct DNSVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Show what the verification of the replica has found.",
        discussion: "All zones are checked against their hashes, again and again. Ends with 1 if one is damaged."
    )

    @OptionGroup var responder: ResponderSocketOptions

    func run() async throws {
        let lines = try await responder.ask("verify")
        print(responder.json ? try ResponderOutput.json(pairs: lines) : ResponderOutput.columns(lines))
        if lines.contains(where: { $0.hasPrefix("damaged ") }) { throw ExitCode(1) }
    }
}
