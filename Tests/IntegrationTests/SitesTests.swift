// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Logging
import TestSupport
import Testing
import ZoneStore
import ZoneSync

extension SystemTests {
    @Suite("Sites and regions") struct SitesTests {
        @Test("Each site answers with the records of its region, through changes, restarts and a change of region")
        func regions() async throws {
            let stack = try LocalStack.current
            let glue = stack.portBase + 2
            try stack.makeRegionsZone()
            let record = try stack.limited("www", "192.0.2.1", ["AMS"])
            _ = try stack.limited("www", "192.0.2.9", ["global"])
            var amsterdam = try await SiteResponder.start("ams1", site: "ams", region: "AMS", upstream: glue)
            var sydney = try await SiteResponder.start("syd1", site: "syd", region: "SYD", upstream: glue)
            let nowhere = try await SiteResponder.start("none1", site: "lab", upstream: glue)
            defer {
                for one in [amsterdam, sydney, nowhere] { try? FileManager.default.removeItem(atPath: one.folder) }
            }
            // By the snapshot.
            try await amsterdam.answers(["192.0.2.1", "192.0.2.9"])
            try await sydney.answers(["192.0.2.9"])
            try await nowhere.answers(["192.0.2.9"])

            // By a difference: the record moves to the other region.
            let patch = try stack.api("PATCH", "/zones/regions.example/records/\(record)", #"{"regions":["SYD"]}"#)
            #expect(patch.status == 200 && patch.text.contains(#""regions":["SYD"]"#), "\(patch.text)")
            try await amsterdam.answers(["192.0.2.9"])
            try await sydney.answers(["192.0.2.1", "192.0.2.9"])
            try await nowhere.answers(["192.0.2.9"])
            let refused = try stack.api("PATCH", "/zones/regions.example/records/\(record)", #"{"regions":["MARS"]}"#)
            #expect(refused.status == 400, "\(refused.text)")

            // By what happened while a responder was away: it goes on from its position.
            try await amsterdam.stop(keeping: true)
            _ = try stack.limited("later", "192.0.2.3", ["AMS"])
            _ = try stack.limited("later", "192.0.2.4", ["SYD", "FRA"])
            try await sydney.answers(["192.0.2.4"], "later")
            amsterdam = try await SiteResponder.start(
                "ams1",
                site: "ams",
                region: "AMS",
                upstream: glue,
                folder: amsterdam.folder
            )
            try await amsterdam.answers(["192.0.2.3"], "later")
            try await nowhere.answers([], "later")

            // A responder that comes to another region gets what is different there.
            try await sydney.stop(keeping: true)
            sydney = try await SiteResponder.start(
                "syd1",
                site: "fra",
                region: "FRA",
                upstream: glue,
                folder: sydney.folder
            )
            try await sydney.answers(["192.0.2.9"])
            try await sydney.answers(["192.0.2.4"], "later")

            try await Self.checkStatus(stack)
            let replicas = [amsterdam, sydney, nowhere]
            for responder in replicas { try await responder.stop(keeping: true) }
            for responder in replicas { try Self.checkHashes(responder) }
        }

        /// What `zonewright status` says of the sites.
        private static func checkStatus(_ stack: LocalStack) async throws {
            #expect(try await stack.zonewright("status", "--wait", "30").status == 0)
            let text = try await stack.zonewright("status").output
            #expect(text.contains("ams1\tconnected since 20"), "\(text)")
            #expect(text.contains("\tsite ams\tAMS\tzonewright-dns/"), "\(text)")
            #expect(text.contains("\tsite lab\tno region\tzonewright-dns/"), "\(text)")
            #expect(text.contains("site fra\tFRA\tconnected 1 of 1\tbehind 0"), "\(text)")
            let output = try await stack.zonewright("status", "--json").output
            let json = try #require(
                try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
            )
            let nodes = try #require(json["nodes"] as? [[String: Any]])
            let node = try #require(nodes.first { $0["name"] as? String == "ams1" })
            #expect(node["site"] as? String == "ams" && node["region"] as? String == "AMS")
            #expect(node["behind"] as? Int == 0 && node["behind_ms"] as? Int == 0 && node["connected"] as? Bool == true)
            #expect((node["address"] as? String)?.hasPrefix("127.0.0.1:") == true)
            let sites = try #require(json["sites"] as? [[String: Any]])
            #expect(sites.first { $0["name"] as? String == "fra" }?["connected"] as? Int == 1)
        }

        /// Every zone's hash in the replica is that of its records.
        private static func checkHashes(_ responder: SiteResponder) throws {
            let store = try ZoneStore(path: responder.folder, readOnly: true, digest: ZoneDigest.sha256)
            for summary in try store.zones() {
                let contents = try #require(try store.contents(of: summary.name))
                #expect(ZoneDigest.zone(contents.rrsets) == summary.hash, "\(responder.name) \(summary.name.text)")
            }
        }
    }
}

extension LocalStack {
    /// Makes regions.example, which more than one test uses, where it is not there yet.
    func makeRegionsZone() throws {
        guard try api("GET", "/zones/regions.example").status != 200 else { return }
        #expect(try api("POST", "/domains", #"{"name":"regions.example"}"#).status == 201)
    }

    /// Makes an address limited to regions in regions.example; returns the record's id.
    func limited(_ name: String, _ address: String, _ regions: [String]) throws -> Int {
        let list = regions.map { "\"\($0)\"" }.joined(separator: ",")
        let made = try api(
            "POST",
            "/zones/regions.example/records",
            #"{"name":"\#(name)","type":"A","content":"\#(address)","regions":[\#(list)]}"#
        )
        let json = try JSONSerialization.jsonObject(with: Data(made.body)) as? [String: Any]
        guard made.status == 201, let data = json?["data"] as? [String: Any], let id = data["id"] as? Int else {
            throw SupportError("no record was made: \(made.text)")
        }
        return id
    }
}

extension SiteResponder {
    /// Waits until the addresses of a name in regions.example are these.
    func answers(_ addresses: [String], _ name: String = "www") async throws {
        let question = DNSClient.question(try Name(text: "\(name).regions.example."), .a)
        let deadline = ContinuousClock.now + .seconds(60)
        var last: [String] = []
        while ContinuousClock.now < deadline {
            if let octets = try? DNSClient(port: port).askUDP(question), let answer = try? Message(wire: octets),
                answer.header.isAuthoritative
            {
                last = answer.answers.map { $0.rdata.map(String.init).joined(separator: ".") }.sorted()
                if last == addresses { return }
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw SupportError("\(self.name): \(name) has \(last), not \(addresses)")
    }
}
