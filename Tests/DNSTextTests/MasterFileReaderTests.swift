// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct MasterFileReaderTests {
    private let origin: Name

    init() throws {
        origin = try Name(text: "example.")
    }

    private func read(
        _ text: String,
        defaultTTL: UInt32? = nil,
        options: MasterFileOptions = MasterFileOptions()
    ) -> MasterFileContents {
        MasterFileContents(text: text.utf8, origin: origin, defaultTTL: defaultTTL, options: options)
    }

    private func lines(_ contents: MasterFileContents) -> [String] {
        contents.records.map(\.record.line)
    }

    @Test("The example of RFC 1035 5.3 is read")
    func readsRFC1035Example() {
        let contents = MasterFileContents(
            text: """
                @   IN  SOA     VENERA      Action\\.domains (
                                                 20     ; SERIAL
                                                 7200   ; REFRESH
                                                 600    ; RETRY
                                                 3600000; EXPIRE
                                                 60)    ; MINIMUM

                        NS      A.ISI.EDU.
                        NS      VENERA
                        NS      VAXA
                        MX      10      VENERA
                        MX      20      VAXA

                A       A       26.3.0.103

                VENERA  A       10.1.0.52
                        A       128.9.0.32
                """.utf8,
            origin: try? Name(text: "ISI.EDU.")
        )
        #expect(contents.errors.isEmpty)
        #expect(
            lines(contents) == [
                "ISI.EDU. 60 IN SOA VENERA.ISI.EDU. Action\\.domains.ISI.EDU. 20 7200 600 3600000 60",
                "ISI.EDU. 60 IN NS A.ISI.EDU.",
                "ISI.EDU. 60 IN NS VENERA.ISI.EDU.",
                "ISI.EDU. 60 IN NS VAXA.ISI.EDU.",
                "ISI.EDU. 60 IN MX 10 VENERA.ISI.EDU.",
                "ISI.EDU. 60 IN MX 20 VAXA.ISI.EDU.",
                "A.ISI.EDU. 60 IN A 26.3.0.103",
                "VENERA.ISI.EDU. 60 IN A 10.1.0.52",
                "VENERA.ISI.EDU. 60 IN A 128.9.0.32",
            ]
        )
        #expect(contents.records.map(\.line) == [1, 8, 9, 10, 11, 12, 14, 16, 17])
    }

    @Test(
        "Owner, TTL and class may be left out or change places",
        arguments: [
            ("a 60 IN A 192.0.2.1", "a.example. 60 IN A 192.0.2.1"),
            ("a IN 60 A 192.0.2.1", "a.example. 60 IN A 192.0.2.1"),
            ("a 60 A 192.0.2.1", "a.example. 60 IN A 192.0.2.1"),
            ("a in a 192.0.2.1", "a.example. 300 IN A 192.0.2.1"),
            ("a a 192.0.2.1", "a.example. 300 IN A 192.0.2.1"),
            ("A 1h30m A 192.0.2.1", "A.example. 5400 IN A 192.0.2.1"),
            ("a 1W2D3h4M5s A 192.0.2.1", "a.example. 788645 IN A 192.0.2.1"),
            ("a 0 CLASS1 TYPE1 \\# 4 c0000201", "a.example. 0 IN A 192.0.2.1"),
            ("a 0 CH TXT x", "a.example. 0 CLASS3 TXT \"x\""),
            ("@ A 192.0.2.1", "example. 300 IN A 192.0.2.1"),
            ("in in in a 192.0.2.1", nil),
            ("\"a\" A 192.0.2.1", "a.example. 300 IN A 192.0.2.1"),
            ("a\tA\t192.0.2.1\t; comment", "a.example. 300 IN A 192.0.2.1"),
            ("a A 192.0.2.1;comment", "a.example. 300 IN A 192.0.2.1"),
            ("a A 192.0.2.1\r", "a.example. 300 IN A 192.0.2.1"),
            ("a ( A ) ( 192.0.2.1 )", "a.example. 300 IN A 192.0.2.1"),
            ("a ( A ; one\n ; two (\n\n 192.0.2.1 )", "a.example. 300 IN A 192.0.2.1"),
            ("a TXT \"b;c\" d\\;e \"(\" \"\" f\\ g", "a.example. 300 IN TXT \"b;c\" \"d;e\" \"(\" \"\" \"f g\""),
            ("a TXT b\"c d\"e", "a.example. 300 IN TXT \"b\" \"c d\" \"e\""),
            ("a HTTPS 1 . alpn=\"h2,h3\" port=\"8443\"", "a.example. 300 IN HTTPS 1 . alpn=\"h2,h3\" port=8443"),
            ("a\\.b A 192.0.2.1", "a\\.b.example. 300 IN A 192.0.2.1"),
            ("\\$TTL A 192.0.2.1", "\\$TTL.example. 300 IN A 192.0.2.1"),
            ("* CNAME @", "*.example. 300 IN CNAME example."),
            ("a TYPE65280 \\# 2 ab cd", "a.example. 300 IN TYPE65280 \\# 2 ABCD"),
        ] as [(String, String?)]
    )
    func readsEntries(text: String, line: String?) {
        let contents = read(text, defaultTTL: 300)
        #expect(lines(contents) == (line.map { [$0] } ?? []))
        #expect(contents.errors.isEmpty == (line != nil))
    }

    @Test("$ORIGIN and $TTL hold from their line on")
    func followsDirectives() {
        let contents = read(
            """
            $TTL 1h
            a A 192.0.2.1
            $ORIGIN sub
            $TTL 60 ; shorter
            a A 192.0.2.2
            $ORIGIN other.test.
            b 5 A 192.0.2.3
              A 192.0.2.4
            """
        )
        #expect(contents.errors.isEmpty)
        #expect(
            lines(contents) == [
                "a.example. 3600 IN A 192.0.2.1",
                "a.sub.example. 60 IN A 192.0.2.2",
                "b.other.test. 5 IN A 192.0.2.3",
                "b.other.test. 60 IN A 192.0.2.4",
            ]
        )
    }

    @Test("Without $TTL the last TTL holds, then the SOA's minimum")
    func findsMissingTTL() {
        let contents = read(
            """
            @ SOA ns1 h 1 2 3 4 55
            a A 192.0.2.1
            b 7 A 192.0.2.2
            c A 192.0.2.3
            """
        )
        #expect(contents.errors.isEmpty)
        #expect(contents.records.map(\.record.ttl) == [55, 55, 7, 7])
    }

    @Test("All errors of a file are told, each with line and column, and the rest is read")
    func reportsAllErrors() {
        let contents = read(
            """
              A 192.0.2.1
            a 60 A 192.0.2
            b A 192.0.2.1
            c 60 MX ten mail
            d 60 TXT "open
            e 60 IN A ( 192.0.2.1
                 extra )
            f 60 BOGUS x
            g 60 ANY x
            h ) 60 A 192.0.2.1
            $BOGUS
            $TTL 2147483648
            $INCLUDE other.zone
            $GENERATE 1-2 a$ A 192.0.2.$
            i 60 A 192.0.2.9
            j..k 60 A 192.0.2.9
            l 60 (
            """
        )
        #expect(
            contents.errors == [
                MasterFileError(
                    line: 1,
                    column: 3,
                    reason: .syntax(.missing("the owner, as no record stands before this one,"))
                ),
                MasterFileError(line: 2, column: 8, reason: .syntax(.invalid("an IPv4 address"))),
                MasterFileError(line: 4, column: 9, reason: .syntax(.invalid("a number"))),
                MasterFileError(line: 5, column: 10, reason: .syntax(.unclosedQuote)),
                MasterFileError(line: 7, column: 6, reason: .syntax(.trailingText)),
                MasterFileError(line: 8, column: 6, reason: .syntax(.invalid("a record type"))),
                MasterFileError(line: 9, column: 6, reason: .syntax(.metaType("ANY"))),
                MasterFileError(line: 10, column: 3, reason: .syntax(.unopenedParenthesis)),
                MasterFileError(line: 11, column: 1, reason: .unknownDirective),
                MasterFileError(line: 12, column: 6, reason: .syntax(.numberTooLarge(maximum: 2_147_483_647))),
                MasterFileError(line: 13, column: 1, reason: .directiveNotAllowed("$INCLUDE")),
                MasterFileError(line: 14, column: 1, reason: .directiveNotAllowed("$GENERATE")),
                MasterFileError(line: 16, column: 3, reason: .syntax(.emptyLabel)),
                MasterFileError(line: 17, column: 6, reason: .syntax(.unclosedParenthesis)),
            ]
        )
        #expect(lines(contents) == ["b.example. 60 IN A 192.0.2.1", "i.example. 60 IN A 192.0.2.9"])
        #expect(contents.errors[1].description == "2:8: this is not an IPv4 address")
    }

    @Test("A file of nothing but mistakes keeps as many errors as it may and counts the rest")
    func capsErrors() {
        let contents = read(String(repeating: "a 60 A x\n", count: 1_500))
        #expect(contents.errors.count == 1_000)
        #expect(contents.omittedErrorCount == 500)
        #expect(contents.errors.last?.line == 1_000)
    }

    @Test("A record without any TTL is an error")
    func refusesMissingTTL() {
        let contents = read("a A 192.0.2.1\nb 5 A 192.0.2.2\nc A 192.0.2.3")
        #expect(contents.errors == [MasterFileError(line: 1, column: 1, reason: .missingTTL)])
        #expect(contents.records.map(\.record.ttl) == [5, 5])
    }

    @Test("An entry that is too long is skipped without its text being kept")
    func skipsLongEntries() {
        var options = MasterFileOptions()
        options.maximumEntryLength = 100
        let long = "b 60 TXT ( \(String(repeating: "x ", count: 500)))"
        let text = "; \(String(repeating: "c", count: 500))\na 60 A 192.0.2.1\n\(long)\nc 60 A 192.0.2.3"
        for size in [1, 7, 10_000] {
            var reader = MasterFileReader(origin: origin, options: options)
            let records = drain(&reader, Array(text.utf8), pieceLength: size)
            #expect(records.map(\.line) == [2, 4])
            #expect(reader.errors.map(\.line) == [3])
            #expect(reader.errors.map(\.reason) == [.entryTooLong(maximum: 100)])
        }
    }

    @Test("The longest TXT record is read and printed")
    func readsLongestText() throws {
        let string = "\"\(String(repeating: "\\255", count: 255))\""
        let text = "a 60 TXT" + String(repeating: " \(string)", count: 255)
        let contents = read(text + " \"\(String(repeating: "\\255", count: 254))\"")
        #expect(contents.errors.isEmpty)
        let record = try #require(contents.records.first?.record)
        #expect(record.rdata.count == 65_535)
        #expect(try ResourceRecord(line: record.line) == record)
        #expect(read(text + " " + string).errors.map(\.reason) == [.syntax(.dataTooLong)])
    }

    @Test("However the text is cut into pieces, records and errors are the same", arguments: 1...64)
    func readsPieces(pieceLength: Int) {
        let text = Array(
            """
            $ORIGIN example.test. ; comment (
            @ 3600 IN SOA ns1 host\\.master ( 1 2 3
              4 5 ) ; end
              NS ns1
            a\\046b TXT "quoted ; text" bare\\"text "\\\\" \\; "b\\032c"
            bad TXT "not closed
            worse ) A 192.0.2.1
            s HTTPS 1 . alpn="h2,h3" ipv6hint=2001:db8::1
            \r
            ns1 1h A 192.0.2.1\r
            last A 192.0.2.2 \\
            """.utf8
        )
        var whole = MasterFileReader(origin: nil)
        let expected = drain(&whole, text, pieceLength: text.count)
        #expect(expected.count == 5)
        #expect(whole.errors.count == 3)
        var pieces = MasterFileReader(origin: nil)
        #expect(drain(&pieces, text, pieceLength: pieceLength) == expected)
        #expect(pieces.errors == whole.errors)
    }

    @Test("Two pieces, cut at any octet, give what the whole gives")
    func readsEveryCut() {
        let text = Array("a 60 TXT \"b\\\"c\" \\100\n\n b ( 5\n) IN A 192.0.2.1 ; x\nc 1 TXT \\".utf8)
        var whole = MasterFileReader(origin: origin)
        let expected = drain(&whole, text, pieceLength: text.count)
        for cut in 1..<text.count {
            var reader = MasterFileReader(origin: origin)
            var records: [MasterFileRecord] = []
            reader.feed(text[..<cut])
            while let record = reader.next() { records.append(record) }
            reader.feed(text[cut...])
            while let record = reader.next() { records.append(record) }
            reader.finish()
            while let record = reader.next() { records.append(record) }
            #expect(records == expected)
            #expect(reader.errors == whole.errors)
        }
    }

    private func drain(
        _ reader: inout MasterFileReader,
        _ text: [UInt8],
        pieceLength: Int
    ) -> [MasterFileRecord] {
        var records: [MasterFileRecord] = []
        for start in stride(from: 0, to: text.count, by: pieceLength) {
            reader.feed(text[start..<min(start + pieceLength, text.count)])
            while let record = reader.next() { records.append(record) }
        }
        reader.finish()
        while let record = reader.next() { records.append(record) }
        return records
    }
}
