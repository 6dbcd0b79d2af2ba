// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Plans of imports")
struct ZoneImportPlanTests {
    private func plan(
        _ file: String,
        _ existing: [StoredRecord],
        mode: ZoneImportRequest.Mode = .merge,
        authority: ZoneImportRequest.Authority = .customer,
        zone: ZoneName = Samples.zone
    ) throws(ZoneImportError) -> ZoneImportPlan {
        let request = ZoneImportRequest(file: Array(file.utf8), mode: mode, authority: authority)
        return try ZoneImportPlan(
            request,
            existing: existing,
            zone: zone,
            policy: Samples.policy,
            standing: Samples.standing
        )
    }

    private func lines(
        _ file: String,
        _ existing: [StoredRecord] = [],
        authority: ZoneImportRequest.Authority = .customer
    ) -> [String]? {
        do {
            _ = try plan(file, existing, authority: authority)
            return nil
        } catch {
            return error.lines.map { "\($0.line): \($0.reason)" }
        }
    }

    private static let file = """
        $TTL 1h
        @ IN SOA ns.old.example. admin.old.example. 7 1 2 3 4
        @ IN NS ns.old.example.
        www 300 IN A 192.0.2.1
        www 300 IN A 192.0.2.2
        mail IN MX 10 mx
        """

    @Test("A customer's import leaves SOA and apex NS to the platform")
    func customer() throws {
        let plan = try plan(Self.file, try Samples.platformRows())
        #expect(plan.creates.map(\.name) == ["www", "www", "mail"])
        #expect(plan.creates.map(\.content) == ["192.0.2.1", "192.0.2.2", "mx.example.com"])
        #expect(plan.creates.map(\.ttl) == [300, 300, 3_600])
        #expect(plan.creates.map(\.priority) == [nil, nil, 10])
        #expect(plan.skippedCount == 2)
        #expect(plan.systemCreates.isEmpty && plan.updates.isEmpty && plan.deletes.isEmpty)
    }

    @Test("What the zone has already is unchanged, and another TTL is an update")
    func unchanged() throws {
        let rows =
            try Samples.platformRows() + [
                try Samples.row(9, "www", .a, "192.0.2.1", ttl: 300),
                try Samples.row(10, "www", .a, "192.0.2.2", ttl: 60),
                try Samples.row(11, "keep", .a, "192.0.2.3"),
            ]
        let plan = try plan(Self.file, rows)
        #expect(plan.unchangedCount == 1)
        #expect(plan.updates.map(\.before.id) == [10])
        #expect(plan.updates.map(\.after.ttl) == [300])
        #expect(plan.creates.map(\.name) == ["mail"])
        #expect(plan.deletes.isEmpty)
    }

    @Test("A replacing import deletes what the file does not have, but not the platform's records")
    func replace() throws {
        let rows =
            try Samples.platformRows() + [
                try Samples.row(9, "www", .a, "192.0.2.1", ttl: 300), try Samples.row(11, "gone", .a, "192.0.2.3"),
            ]
        let plan = try plan(Self.file, rows, mode: .replace)
        #expect(plan.deletes.map(\.id) == [11])
        #expect(plan.creates.map(\.name) == ["www", "mail"])
    }

    @Test("An operator's import takes over SOA and apex NS")
    func operatorImport() throws {
        let plan = try plan(Self.file, try Samples.platformRows(), authority: .operator)
        #expect(plan.updates.map(\.before.id) == [1])
        #expect(plan.updates.map(\.after.content) == ["ns.old.example admin.old.example 7 1 2 3 4"])
        #expect(plan.systemCreates.map(\.content) == ["ns.old.example"])
        #expect(plan.deletes.map(\.id) == [2])
        #expect(plan.creates.count == 3)
    }

    @Test("The SOA that a transfer prints again at its end is tolerated, another one is not")
    func transferPrint() throws {
        let soa = "@ 60 IN SOA ns.old.example. admin.old.example. 7 1 2 3 4\n"
        let plan = try plan(soa + "a 60 A 192.0.2.1\n" + soa, [], authority: .operator)
        #expect(plan.systemCreates.count == 1)
        #expect(plan.skippedCount == 1)
        let other = "@ 60 IN SOA ns.old.example. admin.old.example. 8 1 2 3 4\n"
        #expect(lines(soa + other, authority: .operator) == ["2: the file has two different SOA records"])
    }

    @Test("The operator's file may have what signing makes, and the root's names")
    func root() throws {
        let file = """
            . 86400 IN SOA a.root-servers.net. nstld.example. 1 2 3 4 5
            . 86400 IN NSEC aaa. NS SOA RRSIG NSEC
            com. 172800 IN NS a.gtld-servers.net.
            com. 86400 IN DS 19718 13 2 8acbb0cd28f41250a80a491389424d341522d946b0da0c0291f2d3d771d7805a
            """
        let plan = try plan(file, [], authority: .operator, zone: ZoneName(.root))
        #expect(plan.systemCreates.map(\.name) == [""])
        #expect(plan.creates.map(\.name) == ["", "com", "com"])
        #expect(plan.creates.map(\.content).prefix(2) == ["aaa. NS SOA RRSIG NSEC", "a.gtld-servers.net"])
    }

    @Test("All errors of a file are told, by line")
    func errors() throws {
        let rows = [try Samples.row(9, "taken", .cname, "x.example.net")]
        let file = """
            a 0 IN A 192.0.2.1
            b 60 IN A 192.0.2.999
            www.example.org. 60 IN A 192.0.2.1
            @ 60 IN CNAME x.example.net.
            c 60 IN NSEC d.example. A NSEC
            d 60 CH TXT x
            taken 60 IN A 192.0.2.1
            e 60 IN CNAME x.example.net.
            e 60 IN CNAME y.example.net.
            f 60 IN DS 1 8 2 abababababababababababababababababababababababababababababababab
            a\\032b 60 IN A 192.0.2.1
            sub 60 IN SOA a. b. 1 2 3 4 5
            """
        let found = try #require(lines(file, rows))
        #expect(
            found.filter { !$0.hasPrefix("2:") && !$0.hasPrefix("5:") } == [
                "1: the TTL must be between 1 and 2147483647",
                "3: the owner www.example.org. is out of the zone",
                "4: CNAME records are not allowed at the apex of a zone",
                "6: only the class IN can be imported",
                "7: taken A: The name has a CNAME record, which cannot coexist with other records",
                "9: e CNAME: A name can have only one CNAME record",
                "10: f DS: DS records need NS records of the same name",
                "11: the owner may only have letters, digits, hyphens, underscores, slashes and dots",
                "12: an SOA record can only stand at the apex",
            ]
        )
        #expect(found.count { $0.hasPrefix("2:") } == 1)
        #expect(found.count { $0.hasPrefix("5:") } == 1)
    }

    @Test("A file without records changes nothing and is an error")
    func empty() {
        #expect(lines("; nothing\n") == ["0: the file has no records"])
    }

    @Test("A customer's file has a greatest number of records")
    func tooMany() {
        var policy = Samples.policy
        policy.maximumImportRecords = 1
        let request = ZoneImportRequest(file: Array("a 60 A 192.0.2.1\nb 60 A 192.0.2.1\n".utf8))
        let error = #expect(throws: ZoneImportError.self) {
            try ZoneImportPlan(request, existing: [], zone: Samples.zone, policy: policy, standing: Samples.standing)
        }
        #expect(error?.lines.map(\.reason) == ["the file has more than 1 records"])
    }
}
