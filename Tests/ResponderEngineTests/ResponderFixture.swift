// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import DNSText
import DNSWire
import Foundation
import ResponderEngine
import Testing
import ZoneStore

/// A store of zones given as text, and responders that answer from it.
final class ResponderFixture {
    let path: String
    let store: ZoneStore
    private var buffer = [UInt8](repeating: 0, count: 65_535)

    /// The digest of the product.
    static let sha256: RRsetDigest = { input in
        Hash256(bytes: Array(SHA256.hash(data: input))) ?? .zero
    }

    init(_ zones: (origin: String, text: String)...) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("responder-\(UUID().uuidString)").path
        store = try ZoneStore(path: path, mapSize: 4 << 20, digest: Self.sha256)
        for zone in zones { try put(zone.origin, zone.text) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Stores a zone; its serial is what the text's SOA says.
    func put(_ origin: String, _ text: String, version: UInt64 = 1, generation: UInt64 = 1) throws {
        let apex = try Name(text: origin)
        var reader = MasterFileReader(origin: apex, defaultTTL: 3600)
        var records: [ResourceRecord] = []
        reader.feed(Array(text.utf8))
        while let entry = reader.next() { records.append(entry.record) }
        reader.finish()
        while let entry = reader.next() { records.append(entry.record) }
        try #require(reader.errors.isEmpty, "\(reader.errors)")
        let rrsets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }
            .map { key, members in
                RRset(owner: key.owner, type: key.type, ttl: members[0].ttl, rdatas: members.map(\.rdata))
            }
        let soa = try #require(rrsets.first { $0.type == .soa }?.rdatas.first)
        let contents = ZoneContents(
            name: apex,
            generation: generation,
            version: version,
            serial: soa.suffix(20).prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            hash: ZoneContents.hash(of: rrsets, digest: Self.sha256),
            rrsets: rrsets
        )
        #expect(try store.apply([.replace(contents)], position: nil) == [.applied])
    }

    /// The octets that answer a query's octets; empty for none.
    func exchange(
        _ query: [UInt8],
        transport: Transport = .udp4,
        configuration: ResponderConfiguration = .init()
    ) throws -> [UInt8] {
        var responder = try Responder(store: store, configuration: configuration)
        responder.beginBatch()
        defer { responder.endBatch() }
        // What is asked for the second time is kept, and the third answer may come from the cache: all are the same.
        let first = answer(&responder, query, transport)
        for _ in 0..<2 {
            let again = answer(&responder, query, transport)
            #expect(first == again)
        }
        return first
    }

    private func answer(_ responder: inout Responder, _ query: [UInt8], _ transport: Transport) -> [UInt8] {
        let length = unsafe query.withUnsafeBytes { query in
            unsafe buffer.withUnsafeMutableBytes { unsafe responder.respond(to: query, into: $0, transport: transport) }
        }
        return Array(buffer[..<length])
    }

    /// The answer to a question.
    func ask(
        _ name: String,
        _ type: RRType,
        rrclass: RRClass = .internet,
        edns: EDNS? = nil,
        transport: Transport = .tcp4,
        configuration: ResponderConfiguration = .init()
    ) throws -> Message {
        let question = Question(name: try Name(text: name), type: type, rrclass: rrclass)
        let query = Message(header: MessageHeader(id: 0x1234), questions: [question], edns: edns)
        let octets = try exchange(query.encoded(), transport: transport, configuration: configuration)
        let response = try Message(wire: octets)
        #expect(response.header.id == 0x1234)
        #expect(response.header.isResponse)
        #expect(response.questions == [question])
        #expect(response.questions.first?.name.wire == question.name.wire, "the question's case is kept")
        return response
    }
}

extension Message {
    /// The records of a section as lines `owner TTL TYPE data`, sorted.
    static func lines(_ records: [ResourceRecord]) -> [String] {
        records.map(\.line).sorted()
    }

    /// Expects the sections to hold these records, in any order.
    func expect(
        _ rcode: RCode = .noError,
        authoritative: Bool = true,
        truncated: Bool = false,
        answer: [String] = [],
        authority: [String] = [],
        additional: [String] = [],
        at location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(self.rcode == rcode, sourceLocation: location)
        #expect(header.isAuthoritative == authoritative, sourceLocation: location)
        #expect(header.isTruncated == truncated, sourceLocation: location)
        #expect(!header.recursionAvailable && !header.authenticData, sourceLocation: location)
        for (records, expected) in [(answers, answer), (authorities, authority), (additionals, additional)] {
            let wanted = try expected.map { try ResourceRecord(line: $0) }
            #expect(Self.lines(records) == Self.lines(wanted), sourceLocation: location)
        }
    }
}

/// The zone that most tests ask.
let exampleZone = """
    $TTL 3600
    @ SOA ns1 hostmaster 7 7200 900 1209600 300
    @ NS ns1
    @ NS ns2.other.net.
    @ A 192.0.2.1
    @ MX 10 mail
    @ MX 20 mail.other.net.
    @ TXT "one" "two" ""
    ns1 A 192.0.2.53
    ns1 AAAA 2001:db8::53
    mail A 192.0.2.25
    Mixed A 192.0.2.26
    www CNAME web
    web A 192.0.2.80
    web 600 TXT "web"
    out CNAME www.other.net.
    missing CNAME nothing
    nodata CNAME mail
    chain1 CNAME chain2
    chain2 CNAME chain3
    chain3 CNAME web
    loop1 CNAME loop2
    loop2 CNAME loop1
    self CNAME self
    deep CNAME host.sub
    a.b.c A 192.0.2.5
    *.wild A 192.0.2.90
    *.wild MX 5 mail
    host.wild TXT "exact"
    x.ent.wild A 192.0.2.91
    *.cwild CNAME web
    sub.*.star A 192.0.2.92
    sub NS ns1.sub
    sub NS ns1
    sub NS ns.sibling
    sub DS 1 13 2 0000000000000000000000000000000000000000000000000000000000000000
    ns1.sub A 192.0.2.54
    ns1.sub AAAA 2001:db8::54
    below.sub A 192.0.2.99
    *.sub A 192.0.2.98
    sibling NS ns.sibling
    ns.sibling A 192.0.2.55
    nods NS ns1
    dn DNAME target
    dn TXT "owner of a DNAME"
    hidden.dn A 192.0.2.97
    x.target A 192.0.2.70
    dnout DNAME other.net.
    long DNAME \(String(repeating: "a", count: 63)).\(String(repeating: "b", count: 63)).\(String(repeating: "c", count: 63)).target
    _sip._tcp SRV 1 2 5060 mail
    _none._tcp SRV 0 0 0 .
    nullmx MX 0 .
    svc SVCB 1 web
    alias HTTPS 0 .
    nap NAPTR 1 1 "a" "" "" mail
    srvglue SRV 1 1 1 ns1.sub
    mxwild MX 1 any.wild
    \\000\\.b A 192.0.2.60
    many TXT \(String(repeating: "x", count: 200))1
    many TXT \(String(repeating: "x", count: 200))2
    many TXT \(String(repeating: "x", count: 200))3
    """

/// The SOA of `exampleZone` in a negative answer.
let exampleSOA = "example.com. 300 IN SOA ns1.example.com. hostmaster.example.com. 7 7200 900 1209600 300"

extension ResponderFixture {
    /// The zone `example.com` of most tests.
    static func example() throws -> ResponderFixture {
        try ResponderFixture(("example.com.", exampleZone))
    }
}
