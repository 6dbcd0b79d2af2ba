// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport
import Testing

/// The executable from outside: what an operator meets.
@Suite struct WebDaemonTests {
    private static func daemon(
        _ arguments: [String] = [],
        database: String?,
        environment: [String: String] = [:]
    ) throws -> DaemonProcess {
        var environment = environment
        environment["ZONEWRIGHT_DATABASE_URL"] = database
        return try DaemonProcess("zonewright-web", arguments: arguments, environment: environment)
    }

    @Test func `it serves, and ends with 0 on SIGTERM`() async throws {
        let database = try await TestDatabase.make()
        let (port, operations) = (try FreePort.next(), try FreePort.next())
        let daemon = try Self.daemon(
            ["--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operations)"],
            database: database.webURL
        )
        try await daemon.waitUntilReady(port: operations)
        let answer = try HTTPClient(port: port).get("/v2/whoami")
        #expect(answer.status == 401)
        #expect(answer.text == #"{"message":"Authentication failed"}"#)
        let malformed = try HTTPClient(port: port).send("NONSENSE", "/v2/whoami")
        #expect(malformed.status == 400)
        #expect(malformed.text == #"{"message":"Malformed HTTP request"}"#)
        #expect(malformed.header("x-ratelimit-limit") == "30")
        let flood = (0..<120).map { ("X-Flood-\($0)", "x") }
        #expect(try HTTPClient(port: port).get("/v2/whoami", headers: flood).status == 400)
        let metrics = try HTTPClient(port: operations).get("/metrics").text
        #expect(
            metrics.contains(
                #"http_server_request_duration_seconds_count{route="/v2/whoami",method="GET",status="401"} 1"#
            )
        )
        #expect(try await daemon.stop() == 0)
        try await database.drop()
    }

    @Test func `an address that cannot be listened on is named with its option`() async throws {
        let database = try await TestDatabase.make()
        let (port, operations) = (try FreePort.next(), try FreePort.next())
        let first = try Self.daemon(
            ["--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operations)"],
            database: database.webURL
        )
        try await first.waitUntilReady(port: operations)
        let second = try Self.daemon(
            ["--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:0"],
            database: database.webURL
        )
        #expect(try await second.waitForExit() == 69)
        #expect(second.log.contains("cannot listen on 127.0.0.1:\(port) (option listen): address already in use"))
        #expect(try await first.stop() == 0)
        let nowhere = try Self.daemon(
            ["--listen", "192.0.2.1:0", "--ops-listen", "127.0.0.1:0"],
            database: database.webURL
        )
        #expect(try await nowhere.waitForExit() == 69)
        #expect(nowhere.log.contains("cannot listen on 192.0.2.1:0 (option listen)"))
        try await database.drop()
    }

    @Test func `a database that is not there, or not migrated, ends it with 69`() async throws {
        let missing = try Self.daemon(
            ["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"],
            database: "postgresql:///nothing?host=/nonexistent"
        )
        #expect(try await missing.waitForExit() == 69)
        #expect(missing.log.contains("option database-url"))

        let database = try await TestDatabase.makeEmpty()
        let empty = try Self.daemon(
            ["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"],
            database: database.webURL
        )
        #expect(try await empty.waitForExit() == 69)
        #expect(empty.log.contains("run zonewright migrate"))
        try await database.drop()
    }

    @Test(arguments: [
        (["--rate-limit", "none"], "rate-limit"),
        (["--name-servers", ""], "name-servers"),
        (["--trusted-proxies", "10.0.0.0/8"], "trusted-proxies"),
        (["--database-url", "postgresql:///x"], "database-url"),
        (["--nonsense", "1"], "nonsense"),
    ])
    func `a wrong option ends it with 64 and is named`(arguments: [String], option: String) async throws {
        let daemon = try Self.daemon(
            arguments + ["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"],
            database: "postgresql:///nothing?host=/nonexistent"
        )
        #expect(try await daemon.waitForExit() == 64)
        #expect(daemon.log.contains(option))
    }

    @Test func `without a database URL it says how to give one`() async throws {
        let daemon = try Self.daemon(["--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"], database: nil)
        #expect(try await daemon.waitForExit() == 64)
        #expect(daemon.log.contains("ZONEWRIGHT_DATABASE_URL"))
    }
}
