// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing
import ZoneStore

/// A zone as a plain list of RRsets, for tests that compute what is to be expected from it.
struct ModelZone {
    let apex: Name
    var rrsets: [RRset]

    init(apex: Name, rrsets: [RRset]) {
        self.apex = apex
        self.rrsets = rrsets
    }

    /// The zone of a text in master-file form.
    init(_ origin: String, _ text: String) throws {
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
        self.init(apex: apex, rrsets: rrsets)
    }

    /// The RRset of a type at a name.
    func rrset(_ owner: Name, _ type: RRType) -> RRset? {
        rrsets.first { $0.type == type && $0.owner == owner }
    }

    /// Whether there are records at the name.
    func hasRecords(_ owner: Name) -> Bool {
        rrsets.contains { $0.owner == owner }
    }

    /// Whether the name exists: there are records at it or below it (RFC 4592 2.2.2).
    func exists(_ name: Name) -> Bool {
        rrsets.contains { $0.owner.isSubdomain(of: name) }
    }

    /// The names from `name` up to the apex, both included.
    func ancestry(of name: Name) -> [Name] {
        var names = [name]
        while let last = names.last, last != apex, let parent = last.parent { names.append(parent) }
        return names
    }

    /// The TTL of negative answers (RFC 2308 5).
    var negativeTTL: UInt32 {
        guard let soa = rrset(apex, .soa), let rdata = soa.rdatas.first else { return 0 }
        return min(soa.ttl, rdata.suffix(4).reduce(0) { $0 << 8 | UInt32($1) })
    }
}

extension ResponderFixture {
    /// Stores a zone.
    func put(_ zone: ModelZone, version: UInt64 = 1) throws {
        let soa = try #require(zone.rrset(zone.apex, .soa)?.rdatas.first)
        let contents = ZoneContents(
            name: zone.apex,
            generation: 1,
            version: version,
            serial: soa.suffix(20).prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            hash: ZoneContents.hash(of: zone.rrsets, digest: Self.sha256),
            rrsets: zone.rrsets
        )
        #expect(try store.apply([.replace(contents)], position: nil) == [.applied])
    }
}

/// A responder that is asked many questions over TCP, which leaves nothing out.
struct ModelAsker: ~Copyable {
    private var responder: Responder
    private var buffer = [UInt8](repeating: 0, count: 65_535)

    init(_ fixture: ResponderFixture) throws {
        responder = try Responder(store: fixture.store, configuration: ResponderConfiguration())
    }

    /// The answer to a question about a name; `room` limits its octets.
    mutating func ask(_ name: Name, _ type: RRType, signed isSigned: Bool, room: Int = 65_535) throws -> Message {
        let question = Question(name: name, type: type, rrclass: .internet)
        let edns = isSigned ? EDNS(dnssecOK: true) : nil
        let query = try Message(header: MessageHeader(id: 7), questions: [question], edns: edns).encoded()
        responder.beginBatch()
        defer { responder.endBatch() }
        let length = unsafe query.withUnsafeBytes { query in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<room])
                return unsafe responder.respond(to: query, into: part, transport: .tcp4)
            }
        }
        return try Message(wire: Array(buffer[..<length]))
    }
}

extension ResponderFixture {
    /// The answer to a question about a name, over TCP, into room for so many octets.
    func ask(_ name: Name, _ type: RRType, signed isSigned: Bool = false, room: Int = 65_535) throws -> Message {
        var asker = try ModelAsker(self)
        return try asker.ask(name, type, signed: isSigned, room: room)
    }
}

extension Name {
    /// The name with `*` in front.
    var wildcard: Name { Name(validated: [1, 0x2A] + wire) }
}
