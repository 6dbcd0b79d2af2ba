// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Runtime

@Suite struct TLSFileOptionsTests {
    private let options = TLSFileOptions(prefix: "stream-tls", purpose: "a certificate.")

    private func files(_ arguments: String...) throws -> TLSFileOptions.Files? {
        let settings = try Settings.load(
            arguments: CommandLineScan(arguments, options: options.all).arguments,
            environment: [:],
            options: options.all
        )
        return try options.files(settings)
    }

    @Test func `All three files are there, or none`() throws {
        #expect(try files() == nil)
        let given = try files(
            "--stream-tls-certificate=/c",
            "--stream-tls-key=/k",
            "--stream-tls-ca=/a",
            "--stream-tls-revoked=/r"
        )
        #expect(given == TLSFileOptions.Files(certificate: "/c", key: "/k", authorities: "/a", revoked: "/r"))
    }

    @Test(
        "The one that is missing is named",
        arguments: [
            (["--stream-tls-certificate=/c", "--stream-tls-key=/k"], "stream-tls-ca"),
            (["--stream-tls-ca=/a"], "stream-tls-certificate"),
            (["--stream-tls-revoked=/r"], "stream-tls-certificate"),
        ]
    )
    func incomplete(given: [String], missing: String) throws {
        let settings = try Settings.load(
            arguments: CommandLineScan(given, options: options.all).arguments,
            environment: [:],
            options: options.all
        )
        let error = #expect(throws: SettingsError.self) { try options.files(settings) }
        #expect(error?.option == missing)
    }
}
