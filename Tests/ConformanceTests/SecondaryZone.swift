// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneSync

/// A zone that changes step by step, the same way each time.
struct SecondaryZone {
    /// The apex.
    static let name = "secondary.example."

    /// Everything the zone holds now.
    private(set) var rrsets: [RRsetKey: RRset] = [:]
    /// Counts the versions; also the serial of a zone that was not given with one.
    private(set) var version: UInt64 = 1
    /// The zone's hash.
    private(set) var hash = Hash256.zero
    private var random: UInt64 = 0x5EC0_DA27

    /// The zone with `names` hosts, and names that transfers can get wrong: delegations with glue, occluded names,
    /// wildcards, large sets.
    init(hosts: Int) throws {
        put(try Self.set("secondary.example. 3600 IN SOA ns1 hostmaster 1 3600 600 604800 300"))
        var lines = [
            "@ 3600 IN NS ns1", "@ 3600 IN NS ns2.elsewhere.test.", "ns1 3600 IN A 192.0.2.1", "@ 600 IN MX 10 mail",
            "@ 600 IN MX 20 mail2.elsewhere.test.", "@ 600 IN TXT \"v=spf1 -all\" \"\"",
            "mail 600 IN AAAA 2001:db8::25",
            "sub 3600 IN NS ns.sub", "ns.sub 3600 IN A 192.0.2.53", "ns.sub 3600 IN AAAA 2001:db8::53",
            "sub 3600 IN DS 1 13 2 \(String(repeating: "1B", count: 32))", "hidden.sub 300 IN TXT \"occluded\"",
            "* 60 IN TXT \"wildcard\"", "a.*.b 60 IN A 192.0.2.7", "x.y.z 60 IN A 192.0.2.8", "alias 60 IN CNAME host1",
            "tree 60 IN DNAME elsewhere.test.", "_sip._tcp 60 IN SRV 1 2 5060 sip", "@ 60 IN CAA 0 issue \"ca.test\"",
            "svc 60 IN HTTPS 1 . alpn=\"h2,h3\" ipv4hint=192.0.2.1", "odd\\.dot 60 IN TXT \"\\000\\255\\\"\"",
            "_443._tcp 60 IN TLSA 3 1 1 \(String(repeating: "F1", count: 32))", "unknown 60 IN TYPE65280 \\# 3 010203",
            "mixedCase 60 IN PTR MixedCase.Elsewhere.test.", "naptr 60 IN NAPTR 1 2 \"S\" \"SIP+D2U\" \"\" _sip._udp",
        ]
        lines += (0..<60).map { "many 60 IN A 198.51.100.\($0)" }
        lines += (0..<40).map { "long 60 IN TXT \"\($0) \(String(repeating: "t", count: 240))\"" }
        lines += (0..<hosts).map { "host\($0) 300 IN A 10.0.\($0 / 256).\($0 % 256)" }
        for line in lines { try add(line) }
    }

    /// The zone of a master file.
    init(file: String) throws {
        for set in try Self.sets(file: file) { put(set) }
    }

    /// All records in the one form in which two servers can be compared.
    var records: Set<ComparableRecord> {
        Set(rrsets.values.flatMap { set in set.rdatas.map { ComparableRecord(set.owner, set.type, set.ttl, $0) } })
    }

    /// The zone as its origin announces it.
    func origin(lines: Int) -> OriginZone {
        OriginZone(
            name: Self.name,
            generation: 1,
            version: version,
            serial: serial,
            hash: hash,
            lines: lines
        )
    }

    /// The serial of the SOA record.
    var serial: UInt32 {
        let soa = rrsets.values.first { $0.type == .soa }
        return soa?.rdatas.first.flatMap { try? RData.SOA(rdata: $0) }?.serial ?? 0
    }

    /// All records as lines, those of a set together.
    var lines: [String] {
        rrsets.values.flatMap { Self.lines($0) }
    }

    /// Makes a random next version and gives back the entry that publishes it.
    mutating func advance() throws -> OriginEntry {
        let before = rrsets
        version += 1
        for _ in 0...(next(4)) { try changeSomething() }
        let soa = try Self.set(
            "secondary.example. 3600 IN SOA ns1 hostmaster \(version) 3600 600 604800 \(300 + version % 3)"
        )
        put(soa)
        return entry(after: before)
    }

    /// Makes a master file the next version and gives back the entry that publishes it.
    mutating func advance(to file: String) throws -> OriginEntry {
        let before = rrsets
        version += 1
        let sets = try Self.sets(file: file)
        let keys = Set(sets.map(\.key))
        for (key, former) in before where !keys.contains(key) {
            rrsets[key] = nil
            hash = hash &- ZoneDigest.rrset(former)
        }
        for set in sets { put(set) }
        return entry(after: before)
    }

    private func entry(after before: [RRsetKey: RRset]) -> OriginEntry {
        let removed = before.keys.filter { rrsets[$0] == nil }
        let added = rrsets.values.filter { before[$0.key] != $0 }.flatMap { Self.lines($0) }
        return OriginEntry(
            position: version,
            operation: .publish,
            zone: Self.name,
            generation: 1,
            baseVersion: version - 1,
            version: version,
            serial: serial,
            hash: hash,
            removed: removed.count,
            added: added.count,
            diff: removed.map { "-\($0.owner.text) \($0.type)\n" }.joined() + added.map { "+\($0)\n" }.joined()
        )
    }

    private mutating func changeSomething() throws {
        let host = "host\(next(200))"
        let address = "10.1.\(next(256)).\(next(256))"
        switch next(10) {
        case 0: try add("new\(next(100)) 120 IN A \(address)")
        case 1: try remove("new\(next(100))", .a)
        case 2: try replace("\(host) 300 IN A \(address)")
        case 3: try replace("\(host) \(60 + next(5)) IN TXT \"\(version)\"")
        case 4: try remove(host, .txt)
        case 5: try add("many 60 IN A 198.51.100.\(next(256))")
        case 6: try removeOne("many", .a)
        case 7:
            let cut = "cut\(next(20))"
            try add("\(cut) 3600 IN NS ns.\(cut)")
            try add("ns.\(cut) 3600 IN A \(address)")
        case 8:
            let cut = "cut\(next(20))"
            try remove(cut, .ns)
            try remove("ns.\(cut)", .a)
        default: try replace("@ 600 IN TXT \"change \(version)\"")
        }
    }

    private mutating func add(_ line: String) throws {
        let set = try Self.set(line)
        let former = rrsets[set.key]
        put(RRset(owner: set.owner, type: set.type, ttl: set.ttl, rdatas: (former?.rdatas ?? []) + set.rdatas))
    }

    private mutating func replace(_ line: String) throws {
        put(try Self.set(line))
    }

    private mutating func remove(_ owner: String, _ type: RRType) throws {
        let key = RRsetKey(owner: try Name(text: owner, origin: try Name(text: Self.name)), type: type)
        if let former = rrsets.removeValue(forKey: key) { hash = hash &- ZoneDigest.rrset(former) }
    }

    private mutating func removeOne(_ owner: String, _ type: RRType) throws {
        let key = RRsetKey(owner: try Name(text: owner, origin: try Name(text: Self.name)), type: type)
        guard let former = rrsets[key], former.rdatas.count > 1 else { return }
        var rdatas = former.rdatas
        rdatas.remove(at: next(rdatas.count))
        put(RRset(owner: former.owner, type: type, ttl: former.ttl, rdatas: rdatas))
    }

    private mutating func put(_ set: RRset) {
        if let former = rrsets.updateValue(set, forKey: set.key) { hash = hash &- ZoneDigest.rrset(former) }
        hash = hash &+ ZoneDigest.rrset(set)
    }

    /// A number below `bound`, of a sequence that is the same in each run.
    private mutating func next(_ bound: Int) -> Int {
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        return Int(random % UInt64(bound))
    }

    private static func sets(file: String) throws -> [RRset] {
        let contents = MasterFileContents(text: Array(file.utf8), origin: try Name(text: name))
        guard contents.errors.isEmpty else { throw SecondaryError("not a zone: \(contents.errors)") }
        let groups = Dictionary(grouping: contents.records.map(\.record)) { RRsetKey(owner: $0.owner, type: $0.type) }
        return groups.map { key, records in
            RRset(owner: key.owner, type: key.type, ttl: records[0].ttl, rdatas: records.map(\.rdata))
        }
    }

    private static func set(_ line: String) throws -> RRset {
        let contents = MasterFileContents(text: Array((line + "\n").utf8), origin: try Name(text: name))
        guard contents.errors.isEmpty, let record = contents.records.first?.record else {
            throw SecondaryError("not a record: \(line)")
        }
        return RRset(owner: record.owner, type: record.type, ttl: record.ttl, rdatas: [record.rdata])
    }

    private static func lines(_ set: RRset) -> [String] {
        set.rdatas.map { ResourceRecord(owner: set.owner, type: set.type, ttl: set.ttl, rdata: $0).line }
    }
}

/// A record in canonical form: names in lower case where that means the same (RFC 4034 6.2).
struct ComparableRecord: Hashable, CustomStringConvertible {
    private let owner: Name
    private let type: RRType
    private let ttl: UInt32
    private let rdata: [UInt8]

    init(_ owner: Name, _ type: RRType, _ ttl: UInt32, _ rdata: [UInt8]) {
        self.owner = owner
        self.type = type
        // The signatures of one owner are held as one set: the TTL of each is the one that it names.
        self.ttl = type == .rrsig ? (try? RData.RRSIG(rdata: rdata))?.originalTTL ?? ttl : ttl
        self.rdata = RDataCanonical.canonical(type, rdata)
    }

    /// A record as it came or stands in a file, its TTL included.
    init(_ record: ResourceRecord) {
        owner = record.owner
        type = record.type
        ttl = record.ttl
        rdata = RDataCanonical.canonical(record.type, record.rdata)
    }

    var description: String {
        ResourceRecord(owner: owner, type: type, ttl: ttl, rdata: rdata).line
    }
}

/// What stops a test of secondaries.
struct SecondaryError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
