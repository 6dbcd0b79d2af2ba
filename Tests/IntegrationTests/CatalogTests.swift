// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import TestSupport
import Testing

extension SystemTests {
    @Suite("Catalog zones at other makes of servers") struct CatalogTests {
        private func until(_ goal: String, _ log: () -> String, _ isReached: () throws -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < deadline {
                if (try? isReached()) == true { return }
                try await Task.sleep(for: .milliseconds(50))
            }
            Issue.record("not in time: \(goal)\n\(log().suffix(6_000))")
            throw SupportError("not in time: \(goal)")
        }

        @Test(
            "a zone that is made appears, one that is deleted goes, one that is made again is replaced",
            arguments: CatalogFollower.Make.allCases
        )
        func follow(make: CatalogFollower.Make) async throws {
            let stack = try LocalStack.current
            let folder = "\(stack.folder)/catalog-\(make.rawValue)"
            let follower = try CatalogFollower(make, folder: folder)
            let (port, operations) = (try FreePort.next(), try FreePort.next())
            let peers = folder + "/peers"
            try follower.peerLines.write(toFile: peers, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: peers)
            let responder = try DaemonProcess(
                "zonewright-dns",
                arguments: [
                    "--listen", "127.0.0.1:\(port)", "--ops-listen", "127.0.0.1:\(operations)", "--data-dir",
                    folder + "/replica", "--upstream", "127.0.0.1:\(stack.portBase + 2)", "--node-name",
                    "catalog-\(make.rawValue)", "--transfer-peers", peers, "--log-format", "text", "--log-level",
                    "debug",
                ]
            )
            try await responder.waitUntilReady(port: operations)
            let before = "before-\(make.rawValue).catalogued.example"
            let after = "after-\(make.rawValue).catalogued.example"
            #expect(try stack.api("POST", "/domains", #"{"name":"\#(before)"}"#).status == 201)
            try await follower.start(primary: port)
            func text() -> String { "\(follower.log)\n\(responder.log)" }
            /// What the follower says of a name in a zone: the first record's data, or the response code.
            func ask(_ name: String) throws -> String {
                guard let message = try stack.ask("\(name).", .a, port: follower.port) else { return "silence" }
                return message.answers.first.map { $0.rdata.map(String.init).joined(separator: ".") }
                    ?? "\(message.rcode)"
            }
            func isServed(_ zone: String) throws -> Bool {
                try stack.ask("\(zone).", .soa, port: follower.port)?.answers.first?.type == .soa
            }
            func put(_ address: String, in zone: String) throws {
                let body = #"{"name":"www","type":"A","content":"\#(address)","ttl":60}"#
                #expect(try stack.api("POST", "/zones/\(zone)/records", body).status == 201)
            }
            try await until("the zone from before", text) { try isServed(before) }

            #expect(try stack.api("POST", "/domains", #"{"name":"\#(after)"}"#).status == 201)
            try put("192.0.2.1", in: after)
            try await until("the new zone and its record", text) { try ask("www.\(after)") == "192.0.2.1" }

            // Made again while the follower may or may not have seen that it was gone: what it had is of no use.
            #expect(try stack.api("DELETE", "/domains/\(after)").status == 204)
            #expect(try stack.api("POST", "/domains", #"{"name":"\#(after)"}"#).status == 201)
            try put("192.0.2.2", in: after)
            try await until("the zone made again", text) { try ask("www.\(after)") == "192.0.2.2" }

            #expect(try stack.api("DELETE", "/domains/\(after)").status == 204)
            try await until("the end of the zone", text) { try !isServed(after) }
            #expect(try isServed(before), "the other zone stays")
            let transfers = responder.log.split(separator: "\n").filter {
                $0.contains("zone transfer completed") && $0.contains("zone=\(CatalogFollower.catalog).")
            }
            #expect(transfers.contains { $0.contains("form=axfr") }, "\(transfers)")
            // PowerDNS fetches its catalogs as a whole each time.
            #expect(make == .powerDNS || transfers.contains { $0.contains("form=ixfr") }, "\(transfers)")
            #expect(try stack.api("DELETE", "/domains/\(before)").status == 204)
            try await follower.stop()
            #expect(try await responder.stop() == 0)
        }
    }
}
