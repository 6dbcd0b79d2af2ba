// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A zone's record as it lies in the file's map: valid until its reader's batch ends.
@usableFromInline
@frozen
@safe
package struct ZoneView {
    // SAFETY: at least `headerLength` octets, and `soaLength + saltLength` more.
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int
    @usableFromInline let soaLength: Int
    /// The key of the zone, the root's closing octet in front.
    @usableFromInline let apexKey: UnsafeRawBufferPointer
    /// The number of labels of the apex.
    @usableFromInline package let apexLabels: Int
    /// Where the zone's nodes are.
    @usableFromInline var range: TreeRange
    /// Whether there is a name that begins with `*` right below the apex.
    @usableFromInline var hasApexWildcard = true

    /// Octets in front of the SOA's data.
    @inlinable static var headerLength: Int { 108 }

    /// The zone of a value; nil when the value is damaged.
    init?(_ value: UnsafeRawBufferPointer, apexKey: UnsafeRawBufferPointer, apexLabels: Int, range: TreeRange) {
        guard let start = value.baseAddress, value.count >= Self.headerLength else { return nil }
        let soaLength = unsafe Int(UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 52, as: UInt16.self)))
        let saltLength = unsafe Int(start.load(fromByteOffset: 54, as: UInt8.self))
        // A SOA's data has two names of at least one octet and five numbers.
        guard soaLength >= 22, value.count == Self.headerLength &+ soaLength &+ saltLength else { return nil }
        unsafe base = start
        count = value.count
        self.soaLength = soaLength
        unsafe self.apexKey = apexKey
        self.apexLabels = apexLabels
        self.range = range
    }

    /// Whether the octets are those that were stored under the zone's key.
    @inlinable package var isIntact: Bool {
        unsafe ValueChecksum.matches(key: apexKey, value: UnsafeRawBufferPointer(start: base, count: count))
    }

    /// The number in front of the keys of the zone's nodes.
    @inlinable package var number: UInt64 {
        unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    /// Which life of the name this is: unlike the number it is the same at every follower.
    @inlinable package var generation: UInt64 {
        unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    }
    /// What the apex holds.
    @inlinable package var apexFlags: NodeFlags {
        NodeFlags(rawValue: unsafe base.load(fromByteOffset: 36, as: UInt8.self))
    }
    /// How many nodes hide what is below them: zone cuts and DNAMEs.
    @inlinable package var hiding: UInt32 { word(at: 40) }
    /// How many nodes have a label `*`.
    @inlinable package var wildcards: UInt32 { word(at: 44) }
    /// The TTL of the SOA record.
    @inlinable package var soaTTL: UInt32 { word(at: 48) }
    /// The data of the SOA record.
    @inlinable package var soa: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + Self.headerLength, count: soaLength)
    }
    /// The TTL of negative answers: the smaller of the SOA's own and its last field (RFC 2308 5).
    @inlinable package var negativeTTL: UInt32 { min(soaTTL, word(at: Self.headerLength &+ soaLength &- 4)) }

    @inlinable
    func word(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
