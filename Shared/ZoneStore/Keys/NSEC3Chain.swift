// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// How the names of a zone are hashed, from the NSEC3PARAM record at its apex.
struct NSEC3Chain: Equatable {
    let iterations: UInt16
    let salt: [UInt8]

    init(iterations: UInt16, salt: [UInt8]) {
        self.iterations = iterations
        self.salt = salt
    }

    /// The first chain that may be answered from: with SHA-1 and without flags (RFC 5155 4.1.2).
    init?(parameters: [[UInt8]]) {
        for rdata in parameters {
            guard rdata.count >= 5, rdata[0] == 1, rdata[1] == 0, rdata.count == 5 + Int(rdata[4]) else { continue }
            self.init(iterations: UInt16(rdata[2]) << 8 | UInt16(rdata[3]), salt: Array(rdata.dropFirst(5)))
            return
        }
        return nil
    }
}

/// The owners of NSEC3 records: a hash in base32hex as the one label below the apex (RFC 5155 3).
///
/// Such owners are no names of the zone (RFC 5155 7.2.8), so their NSEC3 records, and the signatures of these, are kept
/// apart from the nodes, under the zone's number and the hash.
enum NSEC3Owner {
    /// Octets of a SHA-1 hash.
    static let hashLength = 20

    /// The key of an owner's NSEC3 records, in the zone with `number` whose apex has `apexLabels` labels; nil when the
    /// owner is not a hash.
    static func key(_ name: Name, zone number: UInt64, apexLabels: Int) -> [UInt8]? {
        let wire = name.wire
        guard wire.count > 33, wire[0] == 32, name.labelCount == apexLabels + 1 else { return nil }
        var key = OwnerKey.prefix(of: number)
        key.reserveCapacity(OwnerKey.zonePrefixLength + hashLength)
        var bits: UInt64 = 0
        for position in 1...32 {
            guard let digit = digit(wire[position]) else { return nil }
            bits = bits << 5 | digit
            if position % 8 == 0 {
                for shift in [32, 24, 16, 8, 0] as [UInt64] { key.append(UInt8(truncatingIfNeeded: bits >> shift)) }
            }
        }
        return key
    }

    /// The label of a hash, in lower case.
    static func label(_ hash: some Collection<UInt8>) -> [UInt8] {
        let digits = Array("0123456789abcdefghijklmnopqrstuv".utf8)
        var label: [UInt8] = []
        var bits: UInt64 = 0
        var count = 0
        for octet in hash {
            bits = bits << 8 | UInt64(octet)
            count += 8
            while count >= 5 {
                count -= 5
                label.append(digits[Int(bits >> UInt64(count) & 31)])
            }
        }
        return label
    }

    /// Octets of the label of a hash, its length included.
    static var labelLength: Int { 33 }

    /// Writes the label of a hash's whole key, its length in front and the root behind it, to the beginning of `room`,
    /// which has place for it; false when the key is damaged.
    static func writeLabel(of key: UnsafeRawBufferPointer, to room: UnsafeMutableRawBufferPointer) -> Bool {
        guard key.count == OwnerKey.zonePrefixLength + hashLength, room.count > labelLength else { return false }
        unsafe room[0] = 32
        let hash = unsafe UnsafeRawBufferPointer(rebasing: key[OwnerKey.zonePrefixLength...])
        unsafe room[1...].copyBytes(from: label(hash))
        unsafe room[labelLength] = 0
        return true
    }

    /// Less than, equal to or greater than 0 as a hash, written by `writeLabel`, stands in front of the owner with the
    /// whole key `key` in canonical order, is its name, or stands behind it.
    static func order(_ written: UnsafeMutableRawBufferPointer, to key: UnsafeRawBufferPointer) -> Int {
        // The label's digits need no escapes, so that what is written is what the key of the hash's name would be.
        let mine = unsafe written[1...labelLength]
        let other = unsafe key.dropFirst(OwnerKey.zonePrefixLength)
        if unsafe mine.elementsEqual(other) { return 0 }
        return unsafe mine.lexicographicallyPrecedes(other) ? -1 : 1
    }

    private static func digit(_ octet: UInt8) -> UInt64? {
        switch octet {
        case 0x30...0x39: UInt64(octet - 0x30)
        case 0x41...0x56: UInt64(octet - 0x37)
        case 0x61...0x76: UInt64(octet - 0x57)
        default: nil
        }
    }

    /// Parts the RRsets of an owner into those of the name and those of the hash.
    static func part(_ rrsets: [RRset]) -> (node: [RRset], hashed: [RRset]) {
        guard rrsets.contains(where: { $0.type == .nsec3 }) else { return (rrsets, []) }
        var node: [RRset] = []
        var hashed: [RRset] = []
        for rrset in rrsets {
            if rrset.type == .nsec3 {
                hashed.append(rrset)
            } else if rrset.type == .rrsig {
                let ours = rrset.rdatas.filter(coversNSEC3)
                let theirs = rrset.rdatas.filter { !coversNSEC3($0) }
                if !ours.isEmpty { hashed.append(rrset.with(ours)) }
                if !theirs.isEmpty { node.append(rrset.with(theirs)) }
            } else {
                node.append(rrset)
            }
        }
        hashed.sort { $0.type < $1.type }
        return (node, hashed)
    }

    /// Puts together what `part` has parted, in ascending order of types.
    static func join(node: [RRset], hashed: [RRset]) -> [RRset] {
        if hashed.isEmpty { return node }
        var joined = node
        for rrset in hashed {
            if let index = joined.firstIndex(where: { $0.type == rrset.type }) {
                joined[index] = rrset.with(joined[index].rdatas + rrset.rdatas)
            } else {
                joined.append(rrset)
            }
        }
        return joined.sorted { $0.type < $1.type }
    }

    /// Whether a signature's data begins with the number of the type NSEC3 (RFC 4034 3.1).
    private static func coversNSEC3(_ rdata: [UInt8]) -> Bool {
        rdata.count > 2 && RRType(rawValue: UInt16(rdata[0]) << 8 | UInt16(rdata[1])) == .nsec3
    }
}

extension RRset {
    fileprivate func with(_ rdatas: [[UInt8]]) -> RRset {
        RRset(owner: owner, type: type, ttl: ttl, rdatas: rdatas)
    }
}
