// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// What the file holds of a zone apart from its nodes.
///
///     octets 0-7     checksum of the key and all that follows (`ValueChecksum`)
///     octets 8-15    number
///     octets 16-23   generation
///     octets 24-31   version
///     octets 32-35   serial
///     octet 36       flags of the apex (`NodeFlags`)
///     octet 37       1 when iterations and salt below are those of the zone's NSEC3 chain
///     octets 38-39   iterations
///     octets 40-43   number of nodes that hide what is below them
///     octets 44-47   number of nodes with a `*` label
///     octets 48-51   TTL of the SOA
///     octets 52-53   length of the SOA's data
///     octet 54       length of the salt
///     octet 55       zero
///     octets 56-63   sum of the checksums of all node values, NSEC3 values included
///     octets 64-71   octets of all node values
///     octets 72-75   number of records
///     octets 76-107  hash
///     then           data of the SOA record, salt
///
/// The two counts let a query skip the search for cuts and wildcards in the many zones that have none; the SOA is here
/// so that a negative answer needs no second look-up. The sum finds nodes that are missing or damaged without the
/// zone's hash having to be computed.
struct ZoneRecord: Equatable {
    /// Octets in front of the SOA's data.
    static let headerLength = 108

    var number: UInt64
    var apexFlags: NodeFlags = []
    var generation: UInt64
    var version: UInt64
    var serial: UInt32
    var hiding: UInt32 = 0
    var wildcards: UInt32 = 0
    var soaTTL: UInt32 = 0
    var nodeSum: UInt64 = 0
    var nodeOctets: UInt64 = 0
    var records: UInt32 = 0
    var hash: Hash256
    var soa: [UInt8] = []
    var nsec3: NSEC3Chain?

    /// The file's form under `key`.
    func encoded(key: [UInt8]) -> [UInt8] {
        var value = [UInt8](repeating: 0, count: ValueChecksum.length)
        value.reserveCapacity(Self.headerLength + soa.count + (nsec3?.salt.count ?? 0))
        value.appendBigEndian(number)
        value.appendBigEndian(generation)
        value.appendBigEndian(version)
        value.appendBigEndian(serial)
        value.append(apexFlags.rawValue)
        value.append(nsec3 == nil ? 0 : 1)
        value.appendBigEndian(nsec3?.iterations ?? 0)
        value.appendBigEndian(hiding)
        value.appendBigEndian(wildcards)
        value.appendBigEndian(soaTTL)
        value.appendBigEndian(UInt16(truncatingIfNeeded: soa.count))
        value.append(UInt8(truncatingIfNeeded: nsec3?.salt.count ?? 0))
        value.append(0)
        value.appendBigEndian(nodeSum)
        value.appendBigEndian(nodeOctets)
        value.appendBigEndian(records)
        value.append(contentsOf: hash.bytes)
        value.append(contentsOf: soa)
        value.append(contentsOf: nsec3?.salt ?? [])
        ValueChecksum.seal(&value, key: key)
        return value
    }

    /// A record with everything that the nodes do not say.
    init(number: UInt64, generation: UInt64, version: UInt64, serial: UInt32, hash: Hash256) {
        self.number = number
        self.generation = generation
        self.version = version
        self.serial = serial
        self.hash = hash
    }

    /// The record that the file has under `key`; nil when it is damaged.
    init?(_ value: [UInt8], key: [UInt8]) {
        guard ValueChecksum.matches(key: key, value: value) else { return nil }
        var cursor = ByteCursor(value)
        guard cursor.next(UInt64.self) != nil, let number = cursor.next(UInt64.self),
            let generation = cursor.next(UInt64.self), let version = cursor.next(UInt64.self),
            let serial = cursor.next(UInt32.self), let flags = cursor.next(UInt8.self),
            let hasChain = cursor.next(UInt8.self), let iterations = cursor.next(UInt16.self),
            let hiding = cursor.next(UInt32.self), let wildcards = cursor.next(UInt32.self),
            let soaTTL = cursor.next(UInt32.self), let soaLength = cursor.next(UInt16.self),
            let saltLength = cursor.next(UInt8.self), cursor.next(UInt8.self) != nil,
            let nodeSum = cursor.next(UInt64.self), let nodeOctets = cursor.next(UInt64.self),
            let records = cursor.next(UInt32.self), let digest = cursor.next(32),
            let hash = Hash256(bytes: digest), let soa = cursor.next(Int(soaLength)),
            let salt = cursor.next(Int(saltLength)), cursor.count == 0
        else { return nil }
        self.init(number: number, generation: generation, version: version, serial: serial, hash: hash)
        apexFlags = NodeFlags(rawValue: flags)
        self.hiding = hiding
        self.wildcards = wildcards
        self.soaTTL = soaTTL
        self.nodeSum = nodeSum
        self.nodeOctets = nodeOctets
        self.records = records
        self.soa = Array(soa)
        nsec3 = hasChain == 1 ? NSEC3Chain(iterations: iterations, salt: Array(salt)) : nil
    }

    /// What callers see of it.
    func summary(name: Name) -> ZoneSummary {
        ZoneSummary(
            name: name,
            generation: generation,
            version: version,
            serial: serial,
            hash: hash,
            records: Int(records),
            octets: Int(clamping: nodeOctets)
        )
    }

    /// Takes over what the apex decides: the SOA with its TTL, the flags, and how names are hashed.
    ///
    /// Throws when there is no SOA that can be served, or it is not of the announced serial.
    mutating func takeApex(_ node: NodeValue) throws(ZoneRefused) {
        guard let rrset = node.rrsets.first(where: { $0.type == .soa }) else { throw ZoneRefused(.noSOA) }
        guard rrset.rdatas.count == 1, let rdata = rrset.rdatas.first,
            (try? RDataValidator.validate(.soa, rdata)) != nil
        else { throw ZoneRefused(.badSOA) }
        let found = rdata.suffix(20).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard found == serial else { throw ZoneRefused(.serialMismatch) }
        apexFlags = node.flags
        soaTTL = rrset.ttl
        soa = rdata
        nsec3 = NSEC3Chain(parameters: node.rrsets.first { $0.type == .nsec3param }?.rdatas ?? [])
    }
}

/// A zone that cannot be stored, on its way to becoming an outcome.
struct ZoneRefused: Error {
    let reason: ZoneRefusal

    init(_ reason: ZoneRefusal) {
        self.reason = reason
    }
}
