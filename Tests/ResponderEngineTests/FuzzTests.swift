// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing

@Suite struct FuzzTests {
    /// A fixed sequence, so that a failure can be had again.
    struct Sequence: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    private let names = [
        "example.com.", "www.example.com.", "x.wild.example.com.", "host.sub.example.com.", "chain1.example.com.",
        "x.dn.example.com.", "nope.example.com.", "loop1.example.com.", ".", "many.example.com.", "version.bind.",
    ]

    private func seeds() throws -> [[UInt8]] {
        try names.flatMap { name in
            try [.a, .ns, .mx, .any, .ds, .txt].map { (type: RRType) in
                let question = Question(name: try Name(text: name), type: type)
                let edns = type == .ns ? nil : EDNS(payloadSize: 1232, dnssecOK: type == .mx)
                return try Message(header: MessageHeader(id: 9), questions: [question], edns: edns).encoded()
            }
        }
    }

    @Test("200,000 mutated queries never trap, and what is answered is well-formed and fits")
    func mutations() throws {
        let fixture = try ResponderFixture.example()
        var responder = try Responder(store: fixture.store, configuration: ResponderConfiguration())
        let seeds = try seeds()
        var generator = Sequence(state: 42)
        var buffer = [UInt8](repeating: 0, count: 65_535)
        var answered = 0
        var malformed = 0
        responder.beginBatch()
        for round in 0..<200_000 {
            var query = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0..<Int.random(in: 0...4, using: &generator) { mutate(&query, &generator) }
            let isDatagram = round % 4 != 0
            let length = unsafe query.withUnsafeBytes { query in
                unsafe buffer.withUnsafeMutableBytes { buffer in
                    unsafe responder.respond(to: query, into: buffer, transport: isDatagram ? .udp4 : .tcp4)
                }
            }
            guard length > 0 else { continue }
            answered += 1
            let isWhole = (try? Message(wire: Array(buffer[..<length]))) != nil
            if !isWhole || (isDatagram && length > 1232) || buffer[..<2] != query[..<2] { malformed += 1 }
        }
        responder.endBatch()
        #expect(malformed == 0)
        #expect(answered > 100_000)
    }

    private func mutate(_ query: inout [UInt8], _ generator: inout Sequence) {
        guard !query.isEmpty else { return }
        let place = Int.random(in: 0..<query.count, using: &generator)
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: query[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: query[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: query.remove(at: place)
        case 3: query.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 4: query.removeSubrange(place...)
        default: query.append(contentsOf: query[place...])
        }
    }
}
