// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Runtime

@Suite struct CommandLineScanTests {
    private let options = [
        DaemonOption("listen", .address, help: ""),
        DaemonOption("fast", .boolean, help: ""),
        DaemonOption("password", help: "", isSecret: true),
    ]

    private func scan(_ arguments: String...) throws(SettingsError) -> CommandLineScan {
        try CommandLineScan(arguments, options: options)
    }

    @Test func `Values come after the flag or an equals sign`() throws {
        #expect(try scan("--listen", "a:1", "--fast").arguments == ["--listen=a:1", "--fast=true"])
        #expect(try scan("--listen=a:1", "--fast=no").arguments == ["--listen=a:1", "--fast=no"])
        #expect(try scan("--listen=a=b").arguments == ["--listen=a=b"])
    }

    @Test func `Help and version are seen anywhere`() throws {
        #expect(try scan("--fast", "--help").wantsHelp)
        #expect(try scan("-h").wantsHelp)
        #expect(try scan("--version").wantsVersion)
    }

    @Test(
        arguments: [
            (["--lisen", "a:1"], "option --lisen (command line): unknown option; see --help"),
            (["extra"], "option extra (command line): is not an option; see --help"),
            (["--listen"], "option listen (flag --listen): needs a value"),
            (["--listen", "--fast"], "option listen (flag --listen): needs a value"),
            (["--fast", "--fast"], "option fast (flag --fast): is given more than once"),
            (
                ["--password=x"],
                "option password (flag --password): is a secret and cannot be a flag; use --password-file or ZONEWRIGHT_PASSWORD"
            ),
        ]
    )
    func `A wrong command line is refused with what is wrong`(arguments: [String], text: String) throws {
        let error = try #require(throws: SettingsError.self) { try CommandLineScan(arguments, options: options) }
        #expect(error.description == text)
    }
}
