// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser

/// `zonewright down`.
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down",
        abstract: "Stop what 'up' started. The data stays."
    )

    func run() async throws {
        let installation = LocalInstallation(folder: .standard(), ports: try Ports())
        print(try await installation.stop() ? "Stopped." : "Nothing was running.")
    }
}
