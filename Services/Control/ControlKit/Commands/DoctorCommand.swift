// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation

/// `zonewright doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check every part of a local installation; say what is wrong and how to mend it.",
        discussion: "Ends with 0 when all is well and with 1 when something is not."
    )

    func run() async throws {
        let checkup = Checkup(folder: .standard(), ports: try Ports())
        let findings = await checkup.run()
        for finding in findings { print(finding.text) }
        guard findings.allSatisfy(\.isHealthy) else { throw ExitCode(1) }
    }
}
