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

            With --presigned the file is a zone that was signed elsewhere. It replaces the zone and is served byte for \
            byte, with the serial that its signature covers; nobody changes its records here until it is imported with \
            --unsign. What makes every resolver fail is refused: missing signatures, expired ones, a broken chain. \
            Signatures are not verified: run ldns-verify-zone or dnssec-verify first.
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

    @Flag(help: "The zone was signed elsewhere: serve it as it stands.")
    var presigned = false

    @Flag(help: "With --presigned: only warn of signatures that are not valid now.")
    var allowExpired = false

    @Flag(help: "Drop what signing made, and let the zone's records be changed here again.")
    var unsign = false

    @Flag(help: "Only say what would change.")
    var dryRun = false

    func validate() throws {
        if presigned, unsign { throw ValidationError("--presigned and --unsign exclude each other.") }
        if presigned, merge {
            throw ValidationError("--presigned replaces the whole zone: it does not go with --merge.")
        }
        if allowExpired, !presigned { throw ValidationError("--allow-expired goes with --presigned.") }
    }

    private var signing: ZoneImportRequest.Signing {
        presigned ? .presigned(allowsExpired: allowExpired) : unsign ? .dropped : .edited
    }

    func run() async throws {
        let files = try ZoneFile.files(at: path, name: name, isSigned: presigned)
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
                let report = try await importer.run(
                    file,
                    mode: merge ? .merge : .replace,
                    signing: signing,
                    isBulk: files.count > 1,
                    dryRun: dryRun
                )
                for line in report.warnings { Self.complain(Self.place(line, in: file) + "warning: " + line.reason) }
                if bar == nil || dryRun { print(Self.summary(of: report)) }
            } catch let error as ZoneImportError {
                failures += 1
                for line in error.lines { Self.complain(Self.place(line, in: file) + line.reason) }
            } catch let error as ValidationErrors {
                failures += 1
                let messages = error.fields.flatMap { field in
                    field.messages.map { field.name == "base" ? $0 : "the \(field.name) \($0)" }
                }
                Self.complain("\(file.path): \(messages.joined(separator: "; "))")
            } catch let error as VerificationRequired {
                failures += 1
                Self.complain("\(file.path): \(error.message)")
            }
            bar?.advance()
        }
        bar?.finish()
        if !dryRun { try await importer.flush() }
        return failures
    }

    private static func summary(of report: ZoneImportReport) -> String {
        var text = "\(report.zoneName): "
        if report.createCount + report.updateCount + report.deleteCount == 0 {
            text += "no changes, \(report.unchangedCount) records are there"
        } else {
            let verb = report.dryRun ? "would create" : "created"
            text +=
                "\(verb) \(report.createCount), changed \(report.updateCount), "
                + "deleted \(report.deleteCount), left \(report.unchangedCount) as they are"
        }
        if let signing = report.signing {
            let end = signing.signaturesExpireAt.map { ", signatures valid until \($0.iso8601)" } ?? ""
            text += "; signed elsewhere, serial \(signing.serial)\(end)"
        }
        return text
    }

    /// `PATH:LINE:COLUMN: `, without what is not known.
    private static func place(_ line: ZoneImportError.Line, in file: ZoneFile) -> String {
        let parts = [line.line, line.line > 0 ? line.column : 0].filter { $0 > 0 }.map(String.init)
        return ([file.path] + parts).joined(separator: ":") + ": "
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
