// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Postgres
import TestSupport

/// Two processes of the API on one database of their own, with an account and a token.
struct WebPair: Sendable {
    /// The account's number.
    let account: String
    let token: String
    /// What each row written to each table of the application is counted in.
    let superuser: PostgresPool
    let database: TestDatabase
    private let daemons: [DaemonProcess]
    private let ports: [Int]

    /// Starts both.
    static func start(_ options: String..., environment: [String: String] = [:]) async throws -> WebPair {
        let database = try await TestDatabase.make()
        let account = try await operate(
            database,
            "account",
            "create",
            "--email",
            "pair@zonewright.example",
            "--name",
            "Pair"
        )
        let token = try await operate(database, "token", "create", "--account", account, "--name", "pair")
        var daemons: [DaemonProcess] = []
        var ports: [Int] = []
        for _ in 0..<2 {
            let (port, operations) = (try FreePort.next(), try FreePort.next())
            let daemon = try DaemonProcess(
                "zonewright-web",
                arguments: ["--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operations)"] + options,
                environment: ["ZONEWRIGHT_DATABASE_URL": database.webURL, "SWIFT_BACKTRACE": "enable=no"]
                    .merging(environment) { $1 }
            )
            try await daemon.waitUntilReady(port: operations)
            daemons.append(daemon)
            ports.append(port)
        }
        return WebPair(
            account: account,
            token: token,
            superuser: try database.pool(.superuser, size: 1),
            database: database,
            daemons: daemons,
            ports: ports
        )
    }

    /// Stops both. Each must end by itself with status 0.
    func stop() async throws -> [Int32] {
        var statuses: [Int32] = []
        for daemon in daemons { statuses.append(try await daemon.stop()) }
        superuser.close()
        try await database.drop()
        return statuses
    }

    /// A request to the first (0) or second (1) process; with the account's token unless told otherwise.
    func send(
        to process: Int,
        _ method: String,
        _ path: String,
        _ json: String? = nil,
        headers: [(String, String)] = [],
        isAnonymous: Bool = false
    ) throws -> HTTPAnswer {
        let credentials = isAnonymous ? [] : [("Authorization", "Bearer \(token)")]
        return try HTTPClient(port: ports[process], timeout: .seconds(60)).send(
            method,
            path,
            headers: credentials + [("Content-Type", "application/json")] + headers,
            body: json.map { Array($0.utf8) }
        )
    }

    /// Counts the statements that write to a table of the application from now on, by triggers: the statistics of
    /// PostgreSQL come late.
    func countWrites() async throws {
        try await superuser.withConnection { connection in
            try await connection.execute(
                script: """
                    CREATE SEQUENCE public.writes;
                    CREATE FUNCTION public.count_write() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM nextval('public.writes'); RETURN NULL; END $$;
                    DO $$ DECLARE name text; BEGIN
                        FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'app'::regnamespace
                            AND relkind IN ('r', 'p') AND NOT relispartition
                        LOOP
                            EXECUTE format('CREATE TRIGGER count_write AFTER INSERT OR UPDATE OR DELETE ON app.%I '
                                'FOR EACH STATEMENT EXECUTE FUNCTION public.count_write()', name);
                        END LOOP;
                    END $$;
                    """
            )
        }
    }

    /// Statements that wrote since ``countWrites()``.
    func writes() async throws -> Int {
        let row = try await superuser.first(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS count FROM public.writes"
        )
        guard let count: Int64 = try row?.decode("count") else { throw SupportError("nothing was counted") }
        return Int(count)
    }

    private static func operate(_ database: TestDatabase, _ arguments: String...) async throws -> String {
        let process = try DaemonProcess(
            "zonewright",
            arguments: arguments,
            environment: ["ZONEWRIGHT_DATABASE_URL": database.operatorURL, "SWIFT_BACKTRACE": "enable=no"]
        )
        let status = try await process.waitForExit()
        guard status == 0 else { throw SupportError("zonewright \(arguments): \(status) \(process.log)") }
        return process.log.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
