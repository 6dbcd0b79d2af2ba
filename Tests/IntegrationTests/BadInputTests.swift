// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import TestSupport
import Testing

extension SystemTests {
    @Suite("Bad input") struct BadInputTests {
        @Test("a zone file with errors is refused with every error's line, and nothing is changed")
        func badZoneFile() async throws {
            let stack = try LocalStack.current
            let file = stack.folder + "/broken.example.zone"
            let text = "$TTL 300\n@ IN SOA a b 1 2 3 4 5\n@ IN A 300.1.1.1\nwww IN MX ten mail\nok IN A 192.0.2.1\n"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            let result = try await stack.zonewright("zone", "import", file)
            #expect(result.status != 0)
            #expect(result.output.contains("broken.example.zone:3:"), "\(result.output)")
            #expect(result.output.contains("broken.example.zone:4:"), "\(result.output)")
            #expect(try stack.api("GET", "/zones/broken.example").status == 404)
        }

        @Test(
            "a second daemon on the same port ends with 69 and names the address",
            arguments: [
                ("zonewright-web", 0), ("zonewright-glue", 2), ("zonewright-dns", 4),
            ]
        )
        func secondDaemon(name: String, offset: Int) async throws {
            let stack = try LocalStack.current
            let port = stack.portBase + offset
            let free = try FreePort.next()
            var arguments = ["--config", "\(stack.folder)/config/\(name).json", "--ops-listen", "127.0.0.1:\(free)"]
            if name == "zonewright-web" { arguments += ["--redirector-listen", "127.0.0.1:\(try FreePort.next())"] }
            if name == "zonewright-dns" { arguments += ["--data-dir", "\(stack.folder)/second-replica"] }
            let process = try DaemonProcess(name, arguments: arguments)
            #expect(try await process.waitForExit() == 69, "\(process.log)")
            #expect(process.log.contains("127.0.0.1:\(port)"), "\(process.log)")
        }

        @Test("an unknown option, a bad value and an unknown key of the file end with 64 and are named")
        func wrongConfiguration() async throws {
            let stack = try LocalStack.current
            let file = stack.folder + "/wrong.json"
            try #"{"lisden": "127.0.0.1:1"}"#.write(toFile: file, atomically: true, encoding: .utf8)
            for (arguments, named) in [
                (["--no-such-option", "1"], "no-such-option"), (["--listen", "nonsense"], "listen"),
                (["--config", file], "lisden"), (["--config", "/nonexistent.json"], "/nonexistent.json"),
            ] {
                let process = try DaemonProcess("zonewright-dns", arguments: arguments)
                #expect(try await process.waitForExit() == 64, "\(arguments): \(process.log)")
                #expect(process.log.contains(named), "\(arguments): \(process.log)")
            }
        }

        @Test("a replica folder that cannot be written ends the responder with 69 and is named")
        func readOnlyReplica() async throws {
            let stack = try LocalStack.current
            let free = try FreePort.next()
            // /proc is read-only for everybody, root included.
            let process = try DaemonProcess(
                "zonewright-dns",
                arguments: [
                    "--listen", "127.0.0.1:\(free)", "--ops-listen", "127.0.0.1:\(try FreePort.next())",
                    "--data-dir", "/proc/zonewright", "--upstream", "127.0.0.1:\(stack.portBase + 2)",
                    "--node-name", "nowhere",
                ]
            )
            #expect(try await process.waitForExit() == 69, "\(process.log)")
            #expect(process.log.contains("/proc/zonewright"), "\(process.log)")
        }

        @Test("a database that is not there is named without its password")
        func missingDatabase() async throws {
            let stack = try LocalStack.current
            let file = stack.folder + "/database-url"
            try "postgresql://zonewright_operator:s3cret@127.0.0.1:1/zonewright".write(
                toFile: file,
                atomically: true,
                encoding: .utf8
            )
            let result = try await stack.zonewright("account", "list", "--database-url-file", file)
            #expect(result.status != 0)
            #expect(result.output.contains("127.0.0.1"), "\(result.output)")
            #expect(!result.output.contains("s3cret"))
        }

        @Test("the API refuses the root, top-level names and broken bodies, and still answers")
        func apiInput() throws {
            let stack = try LocalStack.current
            for body in [#"{"name":"."}"#, #"{"name":"com"}"#, #"{"name":42}"#, #"{"name""#, "[]", ""] {
                #expect(try stack.api("POST", "/domains", body).status == 400, "\(body)")
            }
            #expect(try stack.api("GET", "/domains").status == 200)
        }

        @Test("malformed lines close the glue's connection and nothing else")
        func malformedProtocolLines() async throws {
            let stack = try LocalStack.current
            let client = HTTPClient(port: stack.portBase + 2, timeout: .seconds(10))
            // An HTTP request is as malformed as a line can be.
            _ = try? client.get("/")
            #expect(try stack.api("POST", "/domains", #"{"name":"after-garbage.example"}"#).status == 201)
            _ = try await stack.ask("after-garbage.example.", .soa) { $0.answers.count == 1 }
        }
    }
}
