// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import Domain

@Suite("Content of records")
struct RecordContentTests {
    struct Sample: Sendable {
        var type: RRType
        var sent: String
        var priority: Int64?
        var content: String
        var stored: Int32?
        var text: String

        init(
            _ type: RRType,
            _ sent: String,
            priority: Int64? = nil,
            content: String,
            stored: Int32? = nil,
            text: String
        ) {
            (self.type, self.sent, self.priority) = (type, sent, priority)
            (self.content, self.stored, self.text) = (content, stored, text)
        }
    }

    private static let quotedQuotes = "\"say \\\"hi\\\"\""

    static let samples: [Sample] = [
        Sample(.a, " 192.0.2.1 ", content: "192.0.2.1", text: "192.0.2.1"),
        Sample(.aaaa, "2001:DB8::1", content: "2001:DB8::1", text: "2001:db8::1"),
        Sample(.cname, "Target.example.net.", content: "Target.example.net", text: "Target.example.net."),
        Sample(.cname, "target.example.net", content: "target.example.net", text: "target.example.net."),
        Sample(.cname, "@", content: "example.com", text: "example.com."),
        Sample(.ns, "ns1.example.net.", content: "ns1.example.net", text: "ns1.example.net."),
        Sample(.dname, "example.net.", content: "example.net", text: "example.net."),
        Sample(.mx, "mx.example.net.", priority: 10, content: "mx.example.net", stored: 10, text: "10 mx.example.net."),
        Sample(.mx, "mx.example.net", content: "mx.example.net", stored: 0, text: "0 mx.example.net."),
        Sample(.mx, "20 mx.example.net.", content: "mx.example.net", stored: 20, text: "20 mx.example.net."),
        Sample(.mx, ".", priority: 0, content: ".", stored: 0, text: "0 ."),
        Sample(
            .srv,
            "20 5060 sip.example.net.",
            priority: 10,
            content: "20 5060 sip.example.net.",
            stored: 10,
            text: "10 20 5060 sip.example.net."
        ),
        Sample(
            .srv,
            "20 5060 sip.example.net",
            priority: 10,
            content: "20 5060 sip.example.net",
            stored: 10,
            text: "10 20 5060 sip.example.net."
        ),
        Sample(.srv, "0 0 0 .", content: "0 0 .", stored: 0, text: "0 0 0 ."),
        Sample(.ptr, "host.example.net.", content: "host.example.net.", text: "host.example.net."),
        Sample(.ptr, "host.example.net", content: "host.example.net", text: "host.example.net."),
        Sample(
            .caa,
            "0 issue letsencrypt.org",
            content: #"0 issue "letsencrypt.org""#,
            text: #"0 issue "letsencrypt.org""#
        ),
        Sample(
            .caa,
            #"0  issue  "letsencrypt.org; a=b""#,
            content: #"0 issue "letsencrypt.org; a=b""#,
            text: #"0 issue "letsencrypt.org; a=b""#
        ),
        Sample(.hinfo, #""AMD64"  "Linux""#, content: #""AMD64" "Linux""#, text: #""AMD64" "Linux""#),
        Sample(.txt, "a; b", content: "a; b", text: #""a; b""#),
        Sample(.txt, #""a; b""#, content: #""a; b""#, text: #""a; b""#),
        Sample(.txt, #""a" "b""#, content: #""a" "b""#, text: #""a" "b""#),
        Sample(.txt, #"say "hi" \ there"#, content: #"say "hi" \ there"#, text: #""say \"hi\" \\ there""#),
        Sample(.txt, quotedQuotes, content: quotedQuotes, text: quotedQuotes),
        Sample(.a, "\\# 4 c0000201", content: "192.0.2.1", text: "192.0.2.1"),
        Sample(RRType(rawValue: 65_280), "\\# 2 abcd", content: "\\# 2 abcd", text: "\\# 2 abcd"),
    ]

    @Test("Content is stored in the API's form and served as the RFCs have it", arguments: samples)
    func normalForm(sample: Sample) throws {
        let content = try RecordContent(
            type: sample.type,
            content: sample.sent,
            priority: sample.priority,
            zone: Samples.zone,
            maximumLength: 16_384
        )
        #expect(content.content == sample.content)
        #expect(content.priority == sample.stored)
        let rdata = try RecordRData.wire(
            type: sample.type,
            content: content.content,
            priority: content.priority,
            zone: Samples.zone.name
        )
        #expect(RDataText.print(type: sample.type, rdata: rdata).lowercased() == sample.text.lowercased())
        #expect(RDataCanonical.canonical(sample.type, rdata) == content.rdata)
    }

    @Test("RDATA comes back from its own content", arguments: samples)
    func inverse(sample: Sample) throws {
        let rdata = try RDataText.parse(type: sample.type, text: sample.text, origin: .root)
        let (content, priority) = RecordContent.text(type: sample.type, rdata: rdata)
        let back = try RecordRData.wire(type: sample.type, content: content, priority: priority, zone: .root)
        #expect(back == rdata)
    }

    @Test("Text longer than 255 octets is split, bare or quoted, and is the same record")
    func longText() throws {
        let text = String(repeating: "x", count: 600)
        let bare = try RecordRData.wire(type: .txt, content: text, priority: nil, zone: .root)
        let quoted = try RecordRData.wire(type: .txt, content: "\"\(text)\"", priority: nil, zone: .root)
        #expect(bare == quoted)
        #expect(bare.count == 603)
        #expect([bare[0], bare[256], bare[512]] == [255, 255, 90])
    }

    @Test(
        "Content that is none of its type is refused, and the reason named",
        arguments: [
            (RRType.a, "", "can't be blank"),
            (.a, " ", "can't be blank"),
            (.a, "192.0.2.256", "is not an IPv4 address"),
            (.a, "2001:db8::1", "is not an IPv4 address"),
            (.a, "192.0.2.1 192.0.2.2", "is not an IPv4 address"),
            (.aaaa, "192.0.2.1", "is not an IPv6 address"),
            (.cname, "http://example.net/", "is not a valid host name"),
            (.cname, "a b", "is not valid CNAME data: there is text after the last field of the record"),
            (.cname, "192.0.2.1", "is not a valid host name"),
            (.ns, "a..b", "is not a valid host name"),
            (.mx, "192.0.2.1", "is not a valid host name"),
            (.txt, #""open"#, "must be wrapped between double-quotes"),
            (.txt, #""a" b"#, "must be wrapped between double-quotes"),
            (.txt, #""a""b""#, "must be wrapped between double-quotes"),
            (.txt, "a\nb", "must be wrapped between double-quotes"),
            (.caa, "0 issue (x)", "may not have comments or parentheses"),
            (.a, "192.0.2.1\n", "has control characters"),
            (.a, "192.0.2.1 ; mine", "may not have comments or parentheses"),
        ]
    )
    func refused(type: RRType, content: String, reason: String) {
        #expect(throws: ValidationErrors("content", reason)) {
            try RecordContent(
                type: type,
                content: content,
                priority: nil,
                zone: Samples.zone,
                maximumLength: 16_384
            )
        }
    }

    @Test("Content has a greatest length")
    func tooLong() {
        #expect(throws: ValidationErrors("content", "is too long (maximum is 100 characters)")) {
            try RecordContent(
                type: .txt,
                content: String(repeating: "x", count: 101),
                priority: nil,
                zone: Samples.zone,
                maximumLength: 100
            )
        }
    }

    @Test("A priority lies between 0 and 65535", arguments: [-1, 65_536, .max])
    func priority(value: Int64) {
        #expect(throws: ValidationErrors("priority", "must be between 0 and 65535")) {
            try RecordContent(
                type: .mx,
                content: "mx.example.net",
                priority: value,
                zone: Samples.zone,
                maximumLength: 100
            )
        }
    }
}
