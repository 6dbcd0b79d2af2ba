// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("JSON")
struct JSONWriterTests {
    @Test("Members keep their order and nothing is put between them")
    func compact() {
        var json = JSONWriter()
        json.object { json in
            json.member("b", 1)
            json.member("a", [true, false])
            json.object("c") { _ in }
            json.array("d") { json in
                json.value(Int64?.none)
                json.object { $0.member("e", "x") }
            }
        }
        #expect(json.text == #"{"b":1,"a":[true,false],"c":{},"d":[null,{"e":"x"}]}"#)
    }

    @Test(
        "Strings are escaped where JSON demands it, and only there",
        arguments: [
            ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#), ("\u{0}\u{1F}", #""\u0000\u001f""#),
            ("é/\u{7F}🎈", "\"é/\u{7F}🎈\""),
        ]
    )
    func strings(text: String, json: String) {
        #expect(JSONWriter.text(of: text) == json)
    }

    @Test("A record has the members in the order that clients parse")
    func record() throws {
        let record = try Samples.row(5, "www", .a, "192.0.2.1").entity(zoneName: "example.com")
        #expect(
            JSONWriter.text(of: record)
                == #"{"id":5,"zone_id":"example.com","parent_id":null,"name":"www","content":"192.0.2.1","ttl":3600,"#
                + #""priority":null,"type":"A","regions":["global"],"system_record":false,"#
                + #""created_at":"1970-01-01T00:00:00Z","updated_at":"1970-01-01T00:00:00Z"}"#
        )
    }

    @Test("An account starts with id and email")
    func account() {
        let moment = Timestamp(seconds: 1_481_477_511)
        let account = Account(
            id: 1,
            email: "a@b.example",
            name: "A",
            planIdentifier: "self-hosted",
            createdAt: moment,
            updatedAt: moment
        )
        #expect(
            JSONWriter.text(of: account)
                == #"{"id":1,"email":"a@b.example","name":"A","plan_identifier":"self-hosted","#
                + #""created_at":"2016-12-11T17:31:51Z","updated_at":"2016-12-11T17:31:51Z"}"#
        )
    }

    @Test(
        "Instants are written in UTC with whole seconds",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"), (1_709_210_096, "2024-02-29T12:34:56Z"),
        ]
    )
    func instants(seconds: Int64, text: String) {
        #expect(Timestamp(seconds: seconds).iso8601 == text)
        #expect(Timestamp(microseconds: seconds * 1_000_000 + 999_999).iso8601 == text)
    }

    @Test("An event's envelope has the data first and a string as the actor's id")
    func envelope() throws {
        let moment = Timestamp(seconds: 0)
        let account = Account(
            id: 12,
            email: "a@b.example",
            name: "A",
            planIdentifier: "x",
            createdAt: moment,
            updatedAt: moment
        )
        let record = try Samples.row(5, "www", .a, "192.0.2.1").entity(zoneName: "example.com")
        let identifier = try #require(RequestIdentifier("0190B7F4-0000-4000-8000-0123456789AB"))
        let text = WebhookEvent.recordCreate(record).envelope(
            identifier: identifier,
            actor: .account(id: 12, email: "a@b.example"),
            account: account
        )
        #expect(text.hasPrefix(#"{"data":{"zone_record":{"id":5,"#))
        #expect(
            text.hasSuffix(
                #"},"name":"zone_record.create","actor":{"id":"12","entity":"account","pretty":"a@b.example"},"#
                    + #""account":{"id":12,"display":"A","identifier":"a@b.example"},"api_version":"v2","#
                    + #""request_identifier":"0190b7f4-0000-4000-8000-0123456789ab"}"#
            )
        )
    }
}
