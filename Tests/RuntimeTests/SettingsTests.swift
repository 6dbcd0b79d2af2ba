// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

@testable import Runtime

@Suite struct SettingsTests {
    private let options = [
        DaemonOption("config", .path, help: ""),
        DaemonOption("udp-threads", .integer(1...64), default: "2", help: ""),
        DaemonOption("listen", .address, default: "127.0.0.1:53", help: ""),
        DaemonOption("upstream", .addressList, help: ""),
        DaemonOption("fast", .boolean, help: ""),
        DaemonOption("wait", .duration, default: "1s", help: ""),
        DaemonOption("names", .list, help: ""),
        DaemonOption("mode", .choice(["a", "b"]), help: ""),
        DaemonOption("title", help: ""),
    ]
    private let secret = DaemonOption("database-url", help: "", isSecret: true)

    private var all: [DaemonOption] { options + [secret] + [secret.fileCompanion].compactMap { $0 } }

    private func load(_ arguments: [String] = [], _ environment: [String: String] = [:]) throws -> Settings {
        try Settings.load(
            arguments: CommandLineScan(arguments, options: all).arguments,
            environment: environment,
            options: all
        )
    }

    private func file(_ text: String) throws -> String {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("runtime-\(UUID().uuidString)")
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test func `A flag wins over the environment, which wins over the file, which wins over the default`() throws {
        let path = try file(#"{"udp-threads": 3}"#)
        let environment = ["ZONEWRIGHT_UDP_THREADS": "4", "ZONEWRIGHT_CONFIG": path]
        #expect(try load().integer("udp-threads") == 2)
        #expect(try load(["--config", path]).integer("udp-threads") == 3)
        #expect(try load([], environment).integer("udp-threads") == 4)
        #expect(try load(["--udp-threads=5"], environment).integer("udp-threads") == 5)
        #expect(try load(["--udp-threads=5"], environment).source(of: "udp-threads") == "flag --udp-threads")
        #expect(try load([], environment).source(of: "udp-threads") == "environment ZONEWRIGHT_UDP_THREADS")
        #expect(try load(["--config", path]).source(of: "udp-threads") == path)
        #expect(try load().source(of: "udp-threads") == "default")
    }

    @Test func `The file takes values in their JSON forms`() throws {
        let path = try file(
            """
            {"udp-threads": "7", "listen": "[::1]:5353", "upstream": ["a:1", "b:2"], "fast": true, "wait": 30,
             "names": "x,y", "mode": "b", "title": "a,b c", "database-url": "postgresql://h/d"}
            """
        )
        let settings = try load(["--config", path])
        #expect(try settings.integer("udp-threads") == 7)
        #expect(try settings.address("listen") == HostPort(host: "::1", port: 5_353))
        #expect(try settings.addresses("upstream") == [HostPort(host: "a", port: 1), HostPort(host: "b", port: 2)])
        #expect(try settings.boolean("fast"))
        #expect(try settings.duration("wait") == .seconds(30))
        #expect(try settings.list("names") == ["x", "y"])
        #expect(try settings.string("mode") == "b")
        #expect(try settings.string("title") == "a,b c")
        #expect(try settings.string("database-url") == "postgresql://h/d")
    }

    @Test func `Commas survive in flags`() throws {
        #expect(try load(["--title", "a, b,,c"]).string("title") == "a, b,,c")
        #expect(try load(["--names", "a, b ,c"]).list("names") == ["a", "b", "c"])
        #expect(try load(["--title="]).string("title").isEmpty)
    }

    @Test func `Unknown keys of the file are refused by name`() throws {
        let path = try file(#"{"udp-threads": 3, "udp_threads": 4}"#)
        let error = try #require(throws: SettingsError.self) { try load(["--config", path]) }
        #expect(error == SettingsError(option: "udp_threads", source: path, reason: "unknown key"))
    }

    @Test(arguments: [("[1]", "the file is not one JSON object"), ("{", "the file is not valid JSON for options")])
    func `A file that is no JSON object is refused`(text: String, reason: String) throws {
        let path = try file(text)
        let error = try #require(throws: SettingsError.self) { try load(["--config", path]) }
        #expect(error == SettingsError(option: "config", source: path, reason: reason))
    }

    @Test func `A missing file is refused`() throws {
        let error = try #require(throws: SettingsError.self) { try load(["--config", "/nonexistent/x.json"]) }
        #expect(error.description == "option config (/nonexistent/x.json): the file cannot be read")
    }

    @Test(
        arguments: [
            ("udp-threads", "two", #"option udp-threads (flag --udp-threads): "two" is not a whole number"#),
            ("udp-threads", "65", #"option udp-threads (flag --udp-threads): "65" is not between 1 and 64"#),
            ("listen", "53", #"option listen (flag --listen): "53" is not host:port (IPv6 as [address]:port)"#),
            ("listen", "::1:53", #"option listen (flag --listen): "::1:53" is not host:port (IPv6 as [address]:port)"#),
            (
                "listen", "a:65536",
                #"option listen (flag --listen): "a:65536" is not host:port (IPv6 as [address]:port)"#
            ),
            ("fast", "maybe", #"option fast (flag --fast): "maybe" is neither true nor false"#),
            ("wait", "5 s", #"option wait (flag --wait): "5 s" is not a time such as 250ms, 10s, 5m, 2h or 1d"#),
            ("mode", "c", #"option mode (flag --mode): "c" is not one of a, b"#),
            (
                "upstream", "a:1,b",
                #"option upstream (flag --upstream): "a:1,b" has the element "b", which is not host:port"#
            ),
        ]
    )
    func `A bad value names the option, where it came from and why`(key: String, value: String, text: String) throws {
        let error = try #require(throws: SettingsError.self) { try load(["--\(key)=\(value)"]) }
        #expect(error.description == text)
    }

    @Test func `A value of a wrong JSON type is refused`() throws {
        let path = try file(#"{"udp-threads": [1]}"#)
        let error = try #require(throws: SettingsError.self) { try load(["--config", path]) }
        #expect(error == SettingsError(option: "udp-threads", source: path, reason: "has a value of the wrong type"))
    }

    @Test func `A required option that is missing says how to give it`() throws {
        let settings = try load()
        let error = try #require(throws: SettingsError.self) { try settings.string("mode") }
        #expect(
            error.description
                == #"option mode: is required: give --mode, ZONEWRIGHT_MODE or "mode" in the configuration file"#
        )
        let secretError = try #require(throws: SettingsError.self) { try settings.string("database-url") }
        #expect(secretError.reason.contains("--database-url-file, ZONEWRIGHT_DATABASE_URL"))
    }

    @Test func `A secret may come from a file of its own`() throws {
        let path = try file("postgresql://u:p@h/d\n")
        #expect(try load(["--database-url-file", path]).string("database-url") == "postgresql://u:p@h/d")
        #expect(
            try load([], ["ZONEWRIGHT_DATABASE_URL_FILE": path, "ZONEWRIGHT_DATABASE_URL": "x"]).string("database-url")
                == "x"
        )
        let error = try #require(throws: SettingsError.self) {
            try load([], ["ZONEWRIGHT_DATABASE_URL_FILE": "/nonexistent"])
        }
        #expect(error.option == "database-url-file")
    }

    @Test(
        arguments: [
            ("0", 0), ("250ms", 250), ("10", 10_000), ("10s", 10_000), ("5m", 300_000), ("2h", 7_200_000),
            ("1d", 86_400_000),
        ]
    )
    func `Times have units`(text: String, milliseconds: Int) {
        #expect(Duration(optionText: text) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["", "s", "-1s", "1.5s", "1w", "99999999999999999999", "1 s", "١s"])
    func `Other times are refused`(text: String) {
        #expect(Duration(optionText: text) == nil)
    }
}
