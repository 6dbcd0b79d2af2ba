// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Foundation
import Logging
import Postgres

/// How a command finds the database.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file that holds the database's URL.",
            discussion: """
                Without it the URL comes from ZONEWRIGHT_DATABASE_URL, else from the env file of a local \
                installation (.zonewright/env). There is no flag for the URL itself: it holds a password.
                """,
            valueName: "path"
        )
    )
    var databaseURLFile: String?

    /// Runs `body` with a small pool that is closed afterwards.
    func withPool<Result>(size: Int = 2, _ body: (PostgresPool) async throws -> Result) async throws -> Result {
        let configuration = try PostgresConfiguration(url: try url(), applicationName: "zonewright")
        let pool = PostgresPool(configuration: configuration, size: size, logger: Self.logger)
        defer { pool.close() }
        return try await body(pool)
    }

    /// The URL of the operator's role.
    func url() throws -> String {
        if let databaseURLFile {
            guard let text = try? String(contentsOfFile: databaseURLFile, encoding: .utf8) else {
                throw ControlError("cannot read \(databaseURLFile): \(systemErrorText())")
            }
            return text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        }
        if let url = ProcessInfo.processInfo.environment["ZONEWRIGHT_DATABASE_URL"], !url.isEmpty { return url }
        let file = StateFolder.standard().environmentFile
        if let url = EnvironmentFile(path: file)?["ZONEWRIGHT_DATABASE_URL"] { return url }
        throw ControlError(
            "no database is named: set ZONEWRIGHT_DATABASE_URL or --database-url-file, or run 'make up' (no \(file))"
        )
    }

    /// Commands report through their output and exit code; the pool's own notices would only repeat that.
    static let logger: Logger = {
        var logger = Logger(label: "zonewright")
        logger.logLevel = .critical
        return logger
    }()
}
