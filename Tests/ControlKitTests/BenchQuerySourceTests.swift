// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ControlKit

@Suite struct BenchQuerySourceTests {
    /// Stages `rounds` bursts and returns their packets.
    private func stage(_ source: inout some QuerySource, rounds: Int, maximum: Int) throws -> [[UInt8]] {
        var burst = try Burst(receiveSize: 64)
        var packets: [[UInt8]] = []
        for _ in 0..<rounds {
            burst.clear()
            source.stage(into: &burst, maximum: maximum)
            #expect(1...maximum ~= burst.packets)
            unsafe burst.forEachPacket { unsafe packets.append(Array($0)) }
        }
        return packets
    }

    private func queries(_ count: Int) throws -> [[UInt8]] {
        let lines = (0..<count).map { "\(String(repeating: "y", count: 1 + $0 % 9)).\($0).example. AAAA" }
        return try QueryFile.queries(lines.joined(separator: "\n"), shape: QueryShape())
    }

    @Test("every query of a list is sent once a round, whatever the bursts", arguments: [1, 7, 64])
    func rounds(maximum: Int) throws {
        let queries = try queries(448)
        var source = try QuerySet(queries)
        #expect(source.count == 448)
        for _ in 0..<3 {
            let packets = try stage(&source, rounds: 448 / maximum, maximum: maximum)
            #expect(packets.count == 448)
            #expect(
                packets.sorted { $0.lexicographicallyPrecedes($1) }
                    == queries.sorted { $0.lexicographicallyPrecedes($1) }
            )
        }
    }

    @Test("packets stay near their place in the list")
    func order() throws {
        let queries = try queries(5000)
        let places = Dictionary(uniqueKeysWithValues: queries.enumerated().map { ($0.element, $0.offset) })
        var source = try QuerySet(queries)
        let packets = try stage(&source, rounds: 78, maximum: 64)
        for (number, packet) in packets.enumerated() {
            let place = try #require(places[packet])
            #expect(abs(place - number) <= 300)
        }
    }

    @Test("threads begin at different places")
    func threads() throws {
        let source = try QuerySet(queries(448))
        var first = source.forThread(0, of: 2)
        var second = source.forThread(1, of: 2)
        #expect(try stage(&first, rounds: 1, maximum: 64) != stage(&second, rounds: 1, maximum: 64))
    }

    @Test("made-up names lie below the name, and do not come again", arguments: [1, 3])
    func randomNames(labels: Int) throws {
        let suffix = try Name(text: "Zone.example.")
        var source = try RandomNames(below: suffix, labels: labels, type: .txt, shape: QueryShape(), seed: 7)
        var other = source.forThread(1, of: 2)
        let packets = try stage(&source, rounds: 40, maximum: 50) + stage(&other, rounds: 40, maximum: 50)
        var names: Set<String> = []
        for packet in packets {
            let message = try Message(wire: packet)
            #expect(message.questions.count == 1 && message.questions[0].type == .txt)
            let name = message.questions[0].name
            #expect(name.text.hasSuffix(".Zone.example."))
            #expect(name.text.split(separator: ".").count == labels + 2)
            names.insert(name.text)
        }
        #expect(names.count == 4000)
    }

    @Test("the shape adds EDNS to every query")
    func shape() throws {
        let cookie = EDNSOption(code: .cookie, data: Array(1...8))
        let shape = QueryShape(edns: EDNS(payloadSize: 1400, dnssecOK: true, options: [cookie]))
        let query = try #require(try QueryFile.queries("a.example MX", shape: shape).first)
        let message = try Message(wire: query)
        #expect(message.edns?.payloadSize == 1400)
        #expect(message.edns?.dnssecOK == true)
        #expect(message.edns?.option(.cookie) == Array(1...8))
        #expect(!message.header.recursionDesired)
    }

    @Test("lists are read as dnsperf reads them")
    func file() throws {
        let text = "; comment\n\n# another\nexample.com\tA\r\n  www.example.com.   TYPE65280\n"
        let messages = try QueryFile.queries(text, shape: QueryShape()).map { try Message(wire: $0) }
        #expect(messages.map(\.questions[0].name.text) == ["example.com.", "www.example.com."])
        #expect(messages.map(\.questions[0].type.rawValue) == [1, 65280])
    }

    @Test(
        "a line that cannot be read is told by its number",
        arguments: ["a.example", "a.example NOTYPE", "a..example A", "a.example A IN"]
    )
    func badLine(line: String) {
        let error = #expect(throws: ControlError.self) {
            try QueryFile.queries("ok.example A\n\(line)", shape: QueryShape())
        }
        #expect(error?.description.hasPrefix("line 2:") == true)
    }

    @Test("no queries, and names without room for a label, are refused")
    func refused() throws {
        #expect(throws: ControlError.self) { try QuerySet([]) }
        let long = try Name(labels: Array(repeating: Array("a".utf8), count: 122))
        #expect(throws: ControlError.self) {
            try RandomNames(below: long, type: .a, shape: QueryShape(), seed: 1)
        }
    }
}
