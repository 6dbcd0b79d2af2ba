// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// What the file holds of a zone apart from its nodes.
///
///     number u64, apex flags u32, generation u64, version u64, serial u32,
///     nodes that hide what is below them u32, nodes with a `*` label u32, TTL of the SOA u32, hash (32 octets),
///     data of the SOA record to the end
///
/// The two counts let a query skip the search for cuts and wildcards in the many zones that have none; the SOA is here
/// so that a negative answer needs no second look-up.
struct ZoneRecord: Equatable {
    /// Octets in front of the SOA's data.
    static let headerLength = 76

    var number: UInt64
    var apexFlags: NodeFlags = []
    var generation: UInt64
    var version: UInt64
    var serial: UInt32
    var hiding: UInt32 = 0
    var wildcards: UInt32 = 0
    var soaTTL: UInt32 = 0
    var hash: Hash256
    var soa: [UInt8] = []

    /// The file's form.
    var encoded: [UInt8] {
        var value: [UInt8] = []
        value.appendBigEndian(number)
        value.appendBigEndian(UInt32(apexFlags.rawValue))
        value.appendBigEndian(generation)
        value.appendBigEndian(version)
        value.appendBigEndian(serial)
        value.appendBigEndian(hiding)
        value.appendBigEndian(wildcards)
        value.appendBigEndian(soaTTL)
        value.append(contentsOf: hash.bytes)
        value.append(contentsOf: soa)
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

    /// The record of the file's form; nil when it is damaged.
    init?(_ value: [UInt8]) {
        var cursor = ByteCursor(value)
        guard let number = cursor.next(UInt64.self), let flags = cursor.next(UInt32.self),
            let generation = cursor.next(UInt64.self), let version = cursor.next(UInt64.self),
            let serial = cursor.next(UInt32.self), let hiding = cursor.next(UInt32.self),
            let wildcards = cursor.next(UInt32.self), let soaTTL = cursor.next(UInt32.self),
            let digest = cursor.next(32), let hash = Hash256(bytes: digest), let soa = cursor.next(cursor.count)
        else { return nil }
        self.init(number: number, generation: generation, version: version, serial: serial, hash: hash)
        self.apexFlags = NodeFlags(rawValue: UInt8(truncatingIfNeeded: flags))
        self.hiding = hiding
        self.wildcards = wildcards
        self.soaTTL = soaTTL
        self.soa = Array(soa)
    }

    /// What callers see of it.
    func summary(name: Name) -> ZoneSummary {
        ZoneSummary(name: name, generation: generation, version: version, serial: serial, hash: hash)
    }

    /// Takes over what the apex decides: the SOA with its TTL, and the flags.
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
    }
}

/// A zone that cannot be stored, on its way to becoming an outcome.
struct ZoneRefused: Error {
    let reason: ZoneRefusal

    init(_ reason: ZoneRefusal) {
        self.reason = reason
    }
}
