// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Plans of presigned imports")
struct PresignedPlanTests {
    @Test("The same file again changes nothing, though the TTLs of signatures at one owner differ")
    func again() throws {
        let rows = try SignedSample.nsec().rows()
        let ttls = Set(rows.filter { $0.name.isEmpty && $0.type == .rrsig }.map(\.ttl))
        #expect(ttls == [300, 3_600])
        let plan = try SignedSample.nsec().plan(existing: rows, isPresigned: true, publishedSerial: 7)
        #expect(plan.isEmpty)
        #expect(plan.unchangedCount == rows.count)
    }

    @Test("The zone becomes the file: whatever else it had goes, the platform's records too")
    func replaces() throws {
        let rows = try Samples.platformRows() + [try Samples.row(9, "gone", .a, "192.0.2.1")]
        let plan = try SignedSample.nsec().plan(existing: rows)
        #expect(plan.deletes.map(\.id) == [2, 9])
        #expect(plan.updates.map(\.before.id) == [1])
    }

    @Test("Records are taken over as they are written, down to the case of names and the regions")
    func exact() throws {
        var rows = try SignedSample.nsec(serial: 8).rows()
        let index = try #require(rows.firstIndex { $0.type == .mx })
        rows[index].content = "mail.example.net"
        rows[index].regions = ["AMS"]
        let plan = try SignedSample.nsec(serial: 8).plan(existing: rows)
        #expect(plan.updates.map(\.after.content) == ["Mail.example.net"])
        #expect(plan.updates.map(\.after.regions) == [["global"]])
    }

    @Test("A zone that has the records already still becomes presigned")
    func flagOnly() throws {
        let rows = try SignedSample.nsec().rows()
        let plan = try SignedSample.nsec().plan(existing: rows, publishedSerial: 7)
        #expect(!plan.isEmpty && plan.changesSigning)
        #expect(plan.unchangedCount == rows.count)
    }

    @Test(
        "The serial must be ahead of the one published",
        arguments: [
            (6 as UInt32, true), (7, false), (8, false), (2_147_483_654, false), (2_147_483_655, false),
            (2_147_483_656, true), (4_294_967_295, true),
        ]
    )
    func serials(published: UInt32, isTaken: Bool) throws {
        let rows = try Samples.platformRows()
        let plan = try? SignedSample.nsec(serial: 7).plan(existing: rows, publishedSerial: published)
        #expect((plan != nil) == isTaken)
    }

    @Test("The serial of a file that waits for its publication counts, too")
    func waitingSerial() throws {
        let rows = try SignedSample.nsec(serial: 9).rows()
        let error = #expect(throws: ZoneImportError.self) {
            try SignedSample.nsec(serial: 8).plan(existing: rows, isPresigned: true, publishedSerial: 7)
        }
        #expect(
            error?.lines.map(\.reason) == [
                "example.com. SOA: the serial 8 is not ahead of 9, which is published: raise it and sign the zone again"
            ]
        )
        // An ordinary zone's own serial is only where it began.
        _ = try SignedSample.nsec(serial: 8).plan(existing: rows, publishedSerial: 7)
    }

    @Test("Other records under the same serial are refused")
    func sameSerial() throws {
        let rows = try SignedSample.nsec().rows()
        let changed = SignedSample.nsec().replacing("AAAA", with: "BBBB", in: "RRSIG MX")
        let error = #expect(throws: ZoneImportError.self) {
            try changed.plan(existing: rows, isPresigned: true, publishedSerial: 7)
        }
        #expect(
            error?.lines.map(\.reason) == [
                "example.com. SOA: the serial 7 is that of the zone, but the records differ: raise it and sign the zone again"
            ]
        )
    }

    @Test("Unsigning drops what signing made, from the file and from the zone, and keeps DS", arguments: [true, false])
    func unsign(replaces: Bool) throws {
        var request = SignedSample.nsec(serial: 8).request
        request.signing = .dropped
        request.mode = replaces ? .replace : .merge
        let rows = try SignedSample.nsec().rows()
        let plan = try ZoneImportPlan(
            request,
            existing: rows,
            zone: Samples.zone,
            policy: Samples.policy,
            standing: ZoneStanding(isPresigned: true, publishedSerial: 7, now: SignedSample.now)
        )
        let made: Set<RRType> = [.rrsig, .nsec, .dnskey]
        #expect(Set(plan.deletes.map(\.type)) == made)
        #expect(plan.deletes.count == rows.count { made.contains($0.type) })
        #expect(plan.creates.isEmpty)
        #expect(plan.changesSigning && plan.signing == nil)
    }

    @Test("A signed file that is imported as an ordinary one brings a warning")
    func unkept() throws {
        var request = SignedSample.nsec().request
        request.signing = .edited
        let plan = try ZoneImportPlan(
            request,
            existing: [],
            zone: Samples.zone,
            policy: Samples.policy,
            standing: Samples.standing
        )
        #expect(plan.warnings.count == 1 && plan.warnings.first?.line == 2)
        #expect(!plan.changesSigning)
    }

    @Test("A presigned zone takes a signed file or its unsigning, from the operator")
    func refusals() {
        let edited = ZoneStanding(now: SignedSample.now)
        let presigned = ZoneStanding(isPresigned: true, now: SignedSample.now)
        var request = SignedSample.nsec().request
        #expect(request.refusal(of: presigned) == nil && request.refusal(of: edited) == nil)
        request.mode = .merge
        #expect(request.refusal(of: edited) != nil)
        request.signing = .dropped
        #expect(request.refusal(of: presigned) == nil)
        request.signing = .edited
        #expect(request.refusal(of: edited) == nil)
        #expect(request.refusal(of: presigned)?["base"].first?.contains("--unsign") == true)
        request.authority = .customer
        #expect(
            request.refusal(of: presigned)?["base"] == [
                "The zone was signed elsewhere, so that its records cannot be changed here"
            ]
        )
        request.signing = .presigned(allowsExpired: false)
        request.mode = .replace
        #expect(request.refusal(of: edited) != nil)
    }

    @Test("An ordinary zone's SOA is unchanged by an older serial, once one is published")
    func ownExport() throws {
        let soa = { (serial: UInt32) in "ns1.host.example. hostmaster.host.example. \(serial) 86400 7200 604800 300" }
        let plan = { (serial: UInt32, published: UInt32?) in
            try ZoneImportPlan(
                ZoneImportRequest(file: Array("@ 3600 IN SOA \(soa(serial))\n".utf8), authority: .operator),
                existing: try Samples.platformRows(),
                zone: Samples.zone,
                policy: Samples.policy,
                standing: ZoneStanding(publishedSerial: published, now: SignedSample.now)
            )
        }
        #expect(try plan(500, 500).isEmpty)
        #expect(try plan(400, 500).isEmpty)
        #expect(try plan(501, 500).updates.map(\.after.content) == [soa(501).replacing(". ", with: " ")])
        // Before the first publication the file's serial is the one to begin with.
        #expect(try plan(400, nil).updates.count == 1)
        #expect(try plan(1, nil).isEmpty)
    }
}
