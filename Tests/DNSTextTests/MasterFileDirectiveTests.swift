// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct MasterFileDirectiveTests {
    private let origin: Name

    init() throws {
        origin = try Name(text: "example.")
    }

    private func read(_ text: String, _ change: (inout MasterFileOptions) -> Void) -> MasterFileContents {
        var options = MasterFileOptions()
        change(&options)
        return MasterFileContents(text: text.utf8, origin: origin, defaultTTL: 60, options: options)
    }

    private func generate(_ text: String) -> MasterFileContents {
        read(text) { $0.maximumGenerated = 300 }
    }

    @Test("An included file's records come in its place, and its origin and owner end with it")
    func includes() {
        let contents = read("a A 192.0.2.1\n$INCLUDE \"sub file\" sub\n  A 192.0.2.4\nb A 192.0.2.5") {
            $0.include = { path in
                path == "sub file" ? Array("@ A 192.0.2.2\n$ORIGIN other\nx A 192.0.2.3\ny A bad".utf8) : nil
            }
        }
        #expect(
            contents.records.map(\.record.line) == [
                "a.example. 60 IN A 192.0.2.1",
                "sub.example. 60 IN A 192.0.2.2",
                "x.other.sub.example. 60 IN A 192.0.2.3",
                "a.example. 60 IN A 192.0.2.4",
                "b.example. 60 IN A 192.0.2.5",
            ]
        )
        #expect(contents.records.map(\.file) == [nil, "sub file", "sub file", nil, nil])
        #expect(
            contents.errors == [
                MasterFileError(file: "sub file", line: 4, column: 5, reason: .syntax(.invalid("an IPv4 address")))
            ]
        )
        #expect(contents.errors.first?.description == "sub file:4:5: this is not an IPv4 address")
    }

    @Test("A missing file and files that include themselves are errors")
    func refusesBadIncludes() {
        let contents = read("$INCLUDE missing\n$INCLUDE self\na A 192.0.2.1") {
            $0.maximumIncludeDepth = 3
            $0.include = { $0 == "self" ? Array("$INCLUDE self".utf8) : nil }
        }
        #expect(
            contents.errors == [
                MasterFileError(line: 1, column: 10, reason: .includeNotFound("missing")),
                MasterFileError(file: "self", line: 1, column: 1, reason: .includeTooDeep(maximum: 3)),
            ]
        )
        #expect(contents.records.count == 1)
    }

    @Test("Pieces may be fed and finished while an included file is read")
    func feedsDuringInclude() {
        var options = MasterFileOptions()
        options.include = { _ in Array("b A 192.0.2.2\nc A 192.0.2.3".utf8) }
        var reader = MasterFileReader(origin: origin, defaultTTL: 60, options: options)
        reader.feed("a A 192.0.2.1\n$INCLUDE x\n".utf8)
        var lines = [reader.next()?.line, reader.next()?.line]
        reader.feed("d A 192.0.2.4\n".utf8)
        reader.finish()
        while let record = reader.next() { lines.append(record.line) }
        #expect(lines == [1, 1, 2, 3])
    }

    @Test("$GENERATE makes a record for each number")
    func generates() {
        let contents = generate(
            """
            $GENERATE 1-3 host$ A 192.0.2.$
            $GENERATE 0-10/5 ${0,3,d}.x 30 IN CNAME h${-5}\\$$$.test.
            $GENERATE 255-256 ${0,4,x} TXT "${0,0,X} ${1,0,o}" ${0,7,n}
            last A 192.0.2.9
            """
        )
        #expect(contents.errors.isEmpty)
        #expect(
            contents.records.map(\.record.line) == [
                "host1.example. 60 IN A 192.0.2.1",
                "host2.example. 60 IN A 192.0.2.2",
                "host3.example. 60 IN A 192.0.2.3",
                "000.x.example. 30 IN CNAME h0\\$\\$.test.",
                "005.x.example. 30 IN CNAME h0\\$\\$.test.",
                "010.x.example. 30 IN CNAME h5\\$\\$.test.",
                "00ff.example. 60 IN TXT \"FF 400\" \"f.f.0.0\"",
                "0100.example. 60 IN TXT \"100 401\" \"0.0.1.0\"",
                "last.example. 60 IN A 192.0.2.9",
            ]
        )
        #expect(contents.records.map(\.line) == [1, 1, 1, 2, 2, 2, 3, 3, 4])
    }

    @Test(
        "A bad $GENERATE is an error",
        arguments: [
            ("$GENERATE 3-1 a$ A 192.0.2.$", 11, .badRange),
            ("$GENERATE 1-3/0 a$ A 192.0.2.$", 11, .badRange),
            ("$GENERATE 1 a$ A 192.0.2.$", 11, .badRange),
            ("$GENERATE 1-99999999999999999999 a$ A 192.0.2.$", 11, .badRange),
            ("$GENERATE 1-2000000000 a$ A 192.0.2.$", 11, .tooManyGenerated(maximum: 300)),
            ("$GENERATE 1-2 a${1,2,q} A 192.0.2.$", 1, .badModifier),
            ("$GENERATE 1-2 a${1,256} A 192.0.2.1", 1, .badModifier),
            ("$GENERATE 1-2 a${ A 192.0.2.1", 1, .badModifier),
            ("$GENERATE 255-300 a$ A 192.0.2.$", 1, .syntax(.invalid("an IPv4 address"))),
            ("$GENERATE 1-2", 14, .syntax(.missing("an owner"))),
            ("$GENERATE", 10, .syntax(.missing("a range"))),
            ("$GENERATE 1-200 a$ A 192.0.2.$\n$GENERATE 1-200 b$ A 192.0.2.$", 11, .tooManyGenerated(maximum: 300)),
        ] as [(String, Int, MasterFileError.Reason)]
    )
    func refusesBadGenerate(text: String, column: Int, reason: MasterFileError.Reason) {
        let contents = generate(text)
        #expect(contents.errors.map(\.reason) == [reason])
        #expect(contents.errors.first?.column == column)
    }
}
