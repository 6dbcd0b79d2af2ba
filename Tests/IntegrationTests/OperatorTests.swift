// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// `zonewright dns`: a running responder as an operator sees it.
    @Suite("The operator's view of a responder") struct OperatorTests {
        private func dns(_ arguments: String...) async throws -> (status: Int32, output: String) {
            let stack = try LocalStack.current
            let process = try DaemonProcess(
                "zonewright",
                arguments: ["dns"] + arguments,
                environment: ["ZONEWRIGHT_STATE": stack.folder, "SWIFT_BACKTRACE": "enable=no"]
            )
            return (try await process.waitForExit(timeout: .seconds(60)), process.log)
        }

        @Test("status, zones, zone and verify tell how it stands")
        func standing() async throws {
            let status = try await dns("status")
            #expect(status.status == 0, "\(status.output)")
            #expect(status.output.contains("following"))
            #expect(status.output.contains("responder1"))
            let json = try await dns("status", "--json")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(object?["following"] as? String == "yes")
            #expect(object?["damaged"] as? String == "0")
            let zones = try await dns("zones", "fjord-labs.example")
            #expect(zones.status == 0)
            #expect(zones.output.split(separator: "\n").count == 1)
            #expect(zones.output.hasPrefix("fjord-labs.example. "))
            let zone = try await dns("zone", "fjord-labs.example")
            #expect(zone.output.contains("sound"))
            #expect(try await dns("verify").status == 0)
        }

        @Test("explain says which wildcard, cut or name made the answer, and shows it")
        func explanation() async throws {
            let stack = try LocalStack.current
            _ = try stack.api("POST", "/domains", #"{"name":"explained.example"}"#)
            for record in [
                #"{"name":"*.wild","type":"A","content":"192.0.2.9"}"#,
                #"{"name":"alias","type":"CNAME","content":"target.explained.example"}"#,
                #"{"name":"target","type":"A","content":"192.0.2.10"}"#,
            ] {
                #expect(try stack.api("POST", "/zones/explained.example/records", record).status == 201)
            }
            _ = try await stack.ask("target.explained.example.", .a) { $0.answers.count == 1 }
            let wild = try await dns("explain", "x.wild.explained.example", "A")
            #expect(wild.output.contains("*.wild.explained.example. stands for it"), "\(wild.output)")
            #expect(wild.output.contains("192.0.2.9"))
            let alias = try await dns("explain", "alias.explained.example", "a", "--json")
            #expect(alias.output.contains("has a CNAME instead of the type"))
            #expect(alias.output.contains("192.0.2.10"))
            let refused = try await dns("explain", "www.elsewhere.test")
            #expect(refused.output.contains("REFUSED"))
        }

        @Test("purge fetches a zone anew, more than once")
        func purge() async throws {
            let stack = try LocalStack.current
            _ = try stack.api("POST", "/domains", #"{"name":"purged.example"}"#)
            _ = try stack.api(
                "POST",
                "/zones/purged.example/records",
                #"{"name":"www","type":"A","content":"192.0.2.77"}"#
            )
            _ = try await stack.ask("www.purged.example.", .a) { $0.answers.count == 1 }
            for _ in 0..<2 {
                let purged = try await dns("purge", "purged.example")
                #expect(purged.status == 0, "\(purged.output)")
                _ = try await stack.ask("www.purged.example.", .a) { $0.answers.first?.rdata == [192, 0, 2, 77] }
            }
            let missing = try await dns("purge", "nowhere.test")
            #expect(missing.status == 1)
            #expect(missing.output.contains("nowhere.test. is not a zone of this replica"))
        }

        @Test("top counts zones, clients and types while it runs")
        func top() async throws {
            let stack = try LocalStack.current
            async let counted = dns("top", "zones", "--seconds", "3")
            // As long as it counts, so that it does not matter when it begins.
            let asking = Task {
                while !Task.isCancelled {
                    _ = try? stack.ask("www.fjord-labs.example.", .a)
                    await Task.yield()
                }
            }
            let result = try await counted
            asking.cancel()
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output.contains(" fjord-labs.example."))
            #expect(try await dns("top", "hosts").status == 1)
        }

        @Test("without a responder the reason is told")
        func absent() async throws {
            let result = try await dns("status", "--socket", "/nonexistent/control")
            #expect(result.status != 0)
            #expect(result.output.contains("no responder listens at /nonexistent/control"))
        }
    }
}
