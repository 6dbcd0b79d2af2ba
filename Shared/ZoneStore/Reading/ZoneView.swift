// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A zone's record as it lies in the file's map: valid until its reader's batch ends.
@usableFromInline
@frozen
@safe
package struct ZoneView {
    // SAFETY: at least `ZoneRecord.headerLength` octets, and `soaLength` more.
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let soaLength: Int
    /// The key of the zone, the root's closing octet in front.
    @usableFromInline let apexKey: UnsafeRawBufferPointer
    /// The number of labels of the apex.
    @usableFromInline package let apexLabels: Int

    /// The zone of a value; nil when the value is damaged.
    @inlinable
    init?(_ value: UnsafeRawBufferPointer, apexKey: UnsafeRawBufferPointer, apexLabels: Int) {
        // A SOA's data has two names of at least one octet and five numbers.
        guard let start = value.baseAddress, value.count >= 76 &+ 22 else { return nil }
        unsafe base = start
        soaLength = value.count &- 76
        unsafe self.apexKey = apexKey
        self.apexLabels = apexLabels
    }

    /// The number in front of the keys of the zone's nodes.
    @inlinable package var number: UInt64 { unsafe UInt64(bigEndian: base.loadUnaligned(as: UInt64.self)) }
    /// What the apex holds.
    @inlinable package var apexFlags: NodeFlags {
        NodeFlags(rawValue: unsafe base.load(fromByteOffset: 11, as: UInt8.self))
    }
    /// How many nodes hide what is below them: zone cuts and DNAMEs.
    @inlinable package var hiding: UInt32 { word(at: 32) }
    /// How many nodes have a label `*`.
    @inlinable package var wildcards: UInt32 { word(at: 36) }
    /// The TTL of the SOA record.
    @inlinable package var soaTTL: UInt32 { word(at: 40) }
    /// The data of the SOA record.
    @inlinable package var soa: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + 76, count: soaLength)
    }
    /// The TTL of negative answers: the smaller of the SOA's own and its last field (RFC 2308 5).
    @inlinable package var negativeTTL: UInt32 { min(soaTTL, word(at: 76 &+ soaLength &- 4)) }

    @inlinable
    func word(at offset: Int) -> UInt32 {
        unsafe UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
