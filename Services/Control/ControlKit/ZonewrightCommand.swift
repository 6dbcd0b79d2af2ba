// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ArgumentParser
import Foundation

/// `zonewright`: what an operator does by hand or from a script.
///
/// Exit codes follow sysexits: 0 done, 1 the answer is "no" (a check failed, a wait ran out), 64 usage,
/// 69 something needed is unavailable.
package struct ZonewrightCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "zonewright",
        abstract: "Operate a Zonewright installation.",
        subcommands: [
            UpCommand.self, DownCommand.self, StatusCommand.self, ReleaseCommand.self, DoctorCommand.self,
            MigrateCommand.self,
            AccountCommand.self, UserCommand.self, TokenCommand.self, ZoneCommand.self, WebhookCommand.self,
            AliasCommand.self, RedirectorCommand.self, JobsCommand.self, FlagCommand.self, ErrorsCommand.self,
            BenchCommand.self,
            DNSCommand.self, HealthCommand.self, PKICommand.self, SuperviseCommand.self,
        ]
    )

    package init() {}
}
