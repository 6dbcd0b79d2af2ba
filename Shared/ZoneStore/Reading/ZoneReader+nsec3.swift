// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import DNSWire
internal import Glibc

/// How the names of a zone are hashed (RFC 5155 4.1): valid until its reader's batch ends.
@safe
package struct NSEC3Parameters {
    /// How many more times the hash is taken.
    package let iterations: UInt16
    // SAFETY: the last octets of a zone's value.
    /// What is hashed behind the name: at most 255 octets.
    package let salt: UnsafeRawBufferPointer
}

/// NSEC3 records with the hash of their owner: valid until its reader's batch ends.
@safe
package struct NSEC3Match {
    /// The RRsets NSEC3 and RRSIG of the hash.
    package let node: NodeView
    /// Whether the owner is the hash that was asked for, and not one in front of it.
    package let isExact: Bool
    // SAFETY: the last octets of a key in the file.
    /// The owner's hash: 20 octets.
    package let hash: UnsafeRawBufferPointer

    /// Whether both are one owner's.
    package func isSame(as other: NSEC3Match) -> Bool { node.isSame(as: other.node) }
}

extension ZoneView {
    /// How the zone's names are hashed; nil when it has no NSEC3 chain that may be answered from.
    ///
    /// That is the first NSEC3PARAM record at the apex that has hash algorithm 1 and no flags (RFC 5155 4.1.2).
    package var nsec3: NSEC3Parameters? {
        guard unsafe base.load(fromByteOffset: 37, as: UInt8.self) == 1 else { return nil }
        let start = Self.headerLength &+ soaLength
        return unsafe NSEC3Parameters(
            iterations: UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 38, as: UInt16.self)),
            salt: UnsafeRawBufferPointer(start: base + start, count: count &- start)
        )
    }
}

extension ZoneReader {
    /// The NSEC3 records of the owner whose hash is `hash` (20 octets), or else of the owner in front of it in the order
    /// of hashes, the last of all standing in front of the first; nil when the zone has none.
    ///
    /// Records of another chain than `ZoneView.nsec3` describes are passed over.
    package func nsec3(
        _ hash: UnsafeRawBufferPointer,
        in zone: ZoneView
    ) throws(ZoneReadError) -> NSEC3Match? {
        guard hash.count == NSEC3Owner.hashLength, let parameters = zone.nsec3, let octets = hash.baseAddress else {
            return nil
        }
        let cursor = try unsafe openNSEC3Cursor()
        let length = OwnerKey.zonePrefixLength &+ NSEC3Owner.hashLength
        return try unsafe withUnsafeTemporaryAllocation(byteCount: length, alignment: 1) {
            (key: UnsafeMutableRawBufferPointer) throws(ZoneReadError) -> NSEC3Match? in
            guard let start = key.baseAddress else { return nil }
            unsafe zone.writeKeyPrefix(to: start)
            unsafe memcpy(start + OwnerKey.zonePrefixLength, octets, NSEC3Owner.hashLength)
            if let match = try unsafe last(before: key, including: true, cursor, zone, parameters) { return match }
            // Nothing stands in front: the chain is a ring, so its last owner does.
            unsafe memset(start + OwnerKey.zonePrefixLength, 0xFF, NSEC3Owner.hashLength)
            return try unsafe last(before: key, including: false, cursor, zone, parameters)
        }
    }

    /// The last owner that is not behind `key`; it is exact when its key is `key` and `isWanted` is set.
    private func last(
        before key: UnsafeMutableRawBufferPointer,
        including isWanted: Bool,
        _ cursor: OpaquePointer,
        _ zone: ZoneView,
        _ parameters: NSEC3Parameters
    ) throws(ZoneReadError) -> NSEC3Match? {
        guard let wanted = key.baseAddress else { return nil }
        var found = unsafe MDB_val(mv_size: key.count, mv_data: wanted)
        var value = unsafe MDB_val()
        var code = unsafe mdb_cursor_get(cursor, &found, &value, MDB_SET_RANGE)
        var isExact = false
        if code == 0, unsafe found.mv_size == key.count, unsafe memcmp(found.mv_data, wanted, key.count) == 0 {
            isExact = isWanted
        } else {
            code = unsafe mdb_cursor_get(cursor, &found, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV)
        }
        while code == 0, unsafe Self.sameZone(found, zone) {
            guard unsafe found.mv_size == key.count else { throw .damaged }
            let node = try unsafe Self.node(found, value)
            if Self.isOfChain(node, parameters) {
                return unsafe NSEC3Match(
                    node: node,
                    isExact: isExact,
                    hash: UnsafeRawBufferPointer(
                        start: found.mv_data + OwnerKey.zonePrefixLength,
                        count: NSEC3Owner.hashLength
                    )
                )
            }
            isExact = false
            code = unsafe mdb_cursor_get(cursor, &found, &value, MDB_PREV)
        }
        guard code == 0 || code == MDB_NOTFOUND else { throw ZoneReadError(code: code) }
        return nil
    }

    /// Whether the NSEC3 record of `node` was made with these parameters: hash algorithm, flags, iterations, length of
    /// the salt and salt stand at its start (RFC 5155 3.2).
    private static func isOfChain(_ node: NodeView, _ parameters: NSEC3Parameters) -> Bool {
        guard let records = unsafe node.rrset(RRType.nsec3.rawValue)?.records else { return false }
        let salt = unsafe parameters.salt
        let saltStart = 2 + 5
        guard records.count >= saltStart &+ salt.count, unsafe records[2] == 1,
            unsafe UInt16(bigEndian: records.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
                == parameters.iterations,
            unsafe Int(records[6]) == salt.count
        else { return false }
        guard let mine = records.baseAddress, let theirs = salt.baseAddress else { return false }
        return unsafe memcmp(mine + saltStart, theirs, salt.count) == 0
    }
}

extension ZoneView {
    /// Writes what the keys of the zone's owners begin with to `start`, which has room for
    /// `OwnerKey.zonePrefixLength` octets.
    func writeKeyPrefix(to start: UnsafeMutableRawPointer) {
        // SAFETY: the number has eight octets, of which the last ones are the prefix.
        unsafe withUnsafeBytes(of: number.bigEndian) { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe memcpy(start, source + 8 - OwnerKey.zonePrefixLength, OwnerKey.zonePrefixLength)
        }
    }
}
