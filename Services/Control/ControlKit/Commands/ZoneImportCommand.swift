// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Domain
import Foundation
import Postgres

/// `zonewright zone import`.
struct ZoneImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a zone file, or a folder of NAME.zone files.",
        discussion: """
            Everything is taken over from the file: SOA, apex NS and DNSSEC types too, and any zone name goes, '.' \
            included. Domains that are missing are made. A zone is imported whole or not at all.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Argument(help: "A zone file (RFC 1035 section 5), or a folder of NAME.zone files.")
    var path: String

    @Option(help: "The zone's name; else the file's name without '.zone' ('.' for root.zone).")
    var name: String?

    @Option(help: "The account's id; not needed while there is only one account.")
    var account: Int64?

    @Flag(help: "Keep records that the file does not have.")
    var merge = false

    @Flag(help: "Only say what would change.")
    var dryRun = false

    func run() async throws {
        let files = try ZoneFile.files(at: path, name: name)
        let failures = try await database.withPool { pool in
            let account = try await resolveAccount(account, in: AccountStore(pool: pool))
            return try await importAll(files, with: ZoneImporter(pool: pool, account: account))
        }
        guard failures == 0 else {
            throw ControlError("\(failures) of \(files.count) zones were not imported; nothing of them was changed")
        }
    }

    private func importAll(_ files: [ZoneFile], with importer: ZoneImporter) async throws -> Int {
        let bar = files.count > 1 ? ProgressBar("Importing", total: files.count) : nil
        var failures = 0
        for file in files {
            do {
                let report = try await importer.run(file, mode: merge ? .merge : .replace, dryRun: dryRun)
                if bar == nil || dryRun { print(Self.summary(of: report)) }
            } catch let error as ZoneImportError {
                failures += 1
                for line in error.lines { Self.complain("\(file.path):\(line.line):\(line.column): \(line.reason)") }
            } catch let error as ValidationErrors {
                failures += 1
                Self.complain("\(file.path): \(error)")
            }
            bar?.advance()
        }
        bar?.finish()
        if !dryRun { try await importer.flush() }
        return failures
    }

    private static func summary(of report: ZoneImportReport) -> String {
        let verb = report.dryRun ? "would create" : "created"
        return "\(report.zoneName): \(verb) \(report.createCount), changed \(report.updateCount), "
            + "deleted \(report.deleteCount), left \(report.unchangedCount) as they are"
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
