// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import Domain

@Suite("Zone files")
struct ZoneFileTextTests {
    @Test("A zone's file has the origin, the default TTL and a record a line")
    func text() throws {
        var file = try ZoneFileText(zone: "example.com")
        for row in try Samples.platformRows() {
            try file.append(row.entity(zoneName: "example.com"))
        }
        let mail = try Samples.row(3, "mail", .mx, "mx.example.net", ttl: 60, priority: 10)
        try file.append(mail.entity(zoneName: "example.com"))
        let text = try Samples.row(4, "t", .txt, "a; b")
        try file.append(text.entity(zoneName: "example.com"))
        #expect(
            file.text == """
                $ORIGIN example.com.
                $TTL 1h
                @ IN SOA ns1.host.example. hostmaster.host.example. 1 86400 7200 604800 300
                @ IN NS ns1.host.example.
                mail 60 IN MX 10 mx.example.net.
                t IN TXT "a; b"

                """
        )
    }

    @Test("A file that was exported can be imported and changes nothing")
    func roundTrip() throws {
        let rows =
            try Samples.platformRows() + [
                try Samples.row(3, "mail", .mx, "mx.example.net", ttl: 60, priority: 10),
                try Samples.row(4, "t", .txt, #"bare "quoted" text"#), try Samples.row(5, "*", .aaaa, "2001:db8::1"),
                try Samples.row(6, "_sip._tcp", .srv, "20 5060 sip.example.net", priority: 10),
            ]
        var file = try ZoneFileText(zone: "example.com")
        for row in rows {
            try file.append(row.entity(zoneName: "example.com"))
        }
        let request = ZoneImportRequest(file: Array(file.text.utf8), mode: .replace, authority: .operator)
        let plan = try ZoneImportPlan(
            request,
            existing: rows,
            zone: Samples.zone,
            policy: Samples.policy,
            standing: Samples.standing
        )
        #expect(plan.isEmpty)
        #expect(plan.unchangedCount == rows.count)
    }
}
