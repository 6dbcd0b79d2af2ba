// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Glibc

/// A name made ready to be looked up: its labels' places and its key (see `OwnerKey`), in memory that is used again for
/// every query.
///
///     zeroOffset  labels in reverse, each closed by a zero octet
///     |           |
///     0 ..... 0 | ends[0] ... ends[1] ... ends[labels]
///
/// The prefix of a zone's number is written over the octets in front of its first label below the apex, so that all
/// look-ups use one buffer.
@safe
package struct LookupKey: ~Copyable {
    // SAFETY: allocated in init with the sizes below and freed in deinit; `load` writes at most what a valid name needs.
    private let memory: UnsafeMutablePointer<UInt8>
    private let endTable: UnsafeMutablePointer<UInt16>
    private let offsetTable: UnsafeMutablePointer<UInt8>
    /// The number of labels, the root not counted.
    package private(set) var labels = 0
    private var keyStart = 0
    /// Where the nodes of the selected zone are.
    private(set) var range: TreeRange?
    /// The number of labels of its apex, and whether there is a name that begins with `*` right below.
    private(set) var apexLabels = 0
    private(set) var hasApexWildcard = true

    /// Where the labels begin in the buffer; the octet in front of them is the root's.
    private static let labelsStart = 8
    private static let memorySize = 8 + 512 + 16
    private static let maximumLabels = 127

    /// A key of the root.
    package init() {
        unsafe memory = .allocate(capacity: Self.memorySize)
        unsafe endTable = .allocate(capacity: Self.maximumLabels + 1)
        unsafe offsetTable = .allocate(capacity: Self.maximumLabels + 1)
        unsafe memory.initialize(repeating: 0, count: Self.memorySize)
        unsafe endTable.initialize(repeating: 0, count: Self.maximumLabels + 1)
        unsafe offsetTable.initialize(repeating: 0, count: Self.maximumLabels + 1)
    }

    deinit {
        unsafe memory.deallocate()
        unsafe endTable.deallocate()
        unsafe offsetTable.deallocate()
    }

    /// Takes the uncompressed name at the start of `octets`: its length on the wire, or nil when it is malformed.
    package mutating func load(_ octets: UnsafeRawBufferPointer) -> Int? {
        guard let base = octets.baseAddress else { return nil }
        let available = octets.count
        // Fields would be loaded again behind each store, which could have changed them for all that is known.
        let memory = unsafe self.memory
        let endTable = unsafe self.endTable
        let offsetTable = unsafe self.offsetTable
        var position = 0
        var count = 0
        while true {
            guard position < available else { return nil }
            let length = unsafe Int(base.load(fromByteOffset: position, as: UInt8.self))
            if length == 0 { break }
            // A name has at most 255 octets, the root's included, so there are at most 127 labels.
            guard length <= 63, position &+ length < 254 else { return nil }
            unsafe offsetTable[count] = UInt8(truncatingIfNeeded: position)
            count &+= 1
            position &+= 1 &+ length
        }
        labels = count
        unsafe memory[Self.labelsStart - 1] = 0
        unsafe endTable[0] = 0
        var write = Self.labelsStart
        var end = position
        var index = count
        while index > 0 {
            index &-= 1
            let start = unsafe Int(offsetTable[index])
            write = unsafe Self.fold(base, from: start &+ 1, to: end, available, into: memory, at: write)
            unsafe memory[write] = 0
            write &+= 1
            unsafe endTable[count &- index] = UInt16(truncatingIfNeeded: write &- Self.labelsStart)
            end = start
        }
        return position &+ 1
    }

    /// Writes one label in lower case at `place`, eight octets at a time: where it ends there.
    @inline(__always)
    private static func fold(
        _ base: UnsafeRawPointer,
        from start: Int,
        to end: Int,
        _ available: Int,
        into memory: UnsafeMutablePointer<UInt8>,
        at place: Int
    ) -> Int {
        var read = start
        var write = place
        while read < end {
            let octets: UInt64
            // SAFETY: nothing behind the last octet is read.
            if read &+ 8 <= available {
                octets = unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: read, as: UInt64.self))
            } else {
                guard available >= 8 else { break }
                let last = available &- 8
                octets =
                    unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: last, as: UInt64.self))
                    &>> UInt64((read &- last) &* 8)
            }
            let count = min(end &- read, 8)
            // A zero or a one is written as two octets. Above the first such octet others may look like one.
            let low = (octets &- 0x0202_0202_0202_0202) & ~octets & 0x8080_8080_8080_8080
            guard low &<< UInt64((8 &- count) &* 8) == 0 else { break }
            // SAFETY: what is written behind the label is within `memory`, and the next label goes over it.
            unsafe UnsafeMutableRawPointer(memory + write).storeBytes(
                of: CaseFolding.lower(octets).littleEndian,
                as: UInt64.self
            )
            read &+= count
            write &+= count
        }
        while read < end {
            let octet = unsafe CaseFolding.lower(base.load(fromByteOffset: read, as: UInt8.self))
            if octet > 1 {
                unsafe memory[write] = octet
                write &+= 1
            } else {
                unsafe memory[write] = 1
                unsafe memory[write &+ 1] = octet &+ 1
                write &+= 2
            }
            read &+= 1
        }
        return write
    }

    /// Where the wire form of the last `count` labels, at least one, begins within the name.
    package func offset(ofLast count: Int) -> Int {
        unsafe Int(offsetTable[labels &- count])
    }

    /// The key of the labels, without a prefix: the same for names that differ in case only. Eight octets behind its end
    /// can be read too.
    package var folded: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory + Self.labelsStart, count: end(labels))
    }

    /// The key of the last `count` labels as a zone's.
    @inline(__always)
    func zoneKey(_ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory + (Self.labelsStart - 1), count: end(count) &+ 1)
    }

    /// Whether the last `count` labels are the apex of `zone`.
    @inline(__always)
    func isApex(_ count: Int, _ zone: ZoneView) -> Bool {
        let apex = unsafe zone.apexKey
        guard apex.count == end(count) &+ 1, let theirs = apex.baseAddress else { return false }
        return unsafe memcmp(memory + (Self.labelsStart - 1), theirs, apex.count) == 0
    }

    /// Takes the label at `count` from the right, the last one being 1, into a hash of those behind it.
    @inline(__always)
    func hash(_ hash: UInt64, label count: Int) -> UInt64 {
        self.hash(hash, from: end(count &- 1), to: end(count))
    }

    @inline(__always)
    private func hash(_ hash: UInt64, from start: Int, to end: Int) -> UInt64 {
        var hash = hash
        var offset = start
        while offset < end {
            // SAFETY: the memory goes on for more than eight octets behind the longest key.
            var octets = unsafe UnsafeRawPointer(memory + Self.labelsStart).loadUnaligned(
                fromByteOffset: offset,
                as: UInt64.self
            ).littleEndian
            octets &= .max &>> UInt64((8 &- min(end &- offset, 8)) &* 8)
            let product = (hash ^ octets).multipliedFullWidth(by: 0xFF51_AFD7_ED55_8CCD)
            hash = product.low ^ product.high
            offset &+= 8
        }
        return hash
    }

    /// Writes a zone's number in front of the labels below its apex. Zone keys cannot be made any more until `load`.
    package mutating func select(_ zone: ZoneView) {
        let start = Self.labelsStart &+ end(zone.apexLabels) &- OwnerKey.zonePrefixLength
        let number = zone.number.bigEndian
        // SAFETY: labelsStart >= zonePrefixLength; the low five octets of the number come last.
        unsafe withUnsafeBytes(of: number) { bytes in
            unsafe (memory + start).update(
                from: bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self) + 3,
                count: OwnerKey.zonePrefixLength
            )
        }
        keyStart = start
        range = zone.range
        apexLabels = zone.apexLabels
        hasApexWildcard = zone.hasApexWildcard
    }

    /// The key of the last `count` labels as an owner's in the selected zone.
    @inline(__always)
    func ownerKey(_ count: Int) -> UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory + keyStart, count: Self.labelsStart &+ end(count) &- keyStart)
    }

    /// How many labels of this key the owner's key `other` has in common, when both are of one zone.
    func sharedLabels(withOwner other: UnsafeRawBufferPointer, apexLabels: Int) -> Int {
        unsafe sharedLabels(memory + keyStart, end(labels) &+ Self.labelsStart &- keyStart, other, from: apexLabels)
    }

    /// How many labels of this key the zone's key `other` has in common, of the first `limit`.
    func sharedLabels(withZone other: UnsafeRawBufferPointer, limit: Int) -> Int {
        min(limit, unsafe sharedLabels(memory + (Self.labelsStart - 1), end(labels) &+ 1, other, from: 0))
    }

    /// Whether the name is the apex of `zone` or lies below it.
    package func isWithin(_ zone: ZoneView) -> Bool {
        let apex = unsafe zone.apexKey
        guard labels >= zone.apexLabels, end(zone.apexLabels) &+ 1 == apex.count else { return false }
        guard let theirs = apex.baseAddress else { return false }
        return unsafe memcmp(memory + (Self.labelsStart - 1), theirs, apex.count) == 0
    }

    /// Whether the last `count` labels are those of `other`, both names lying within one selected zone.
    package func agrees(with other: borrowing LookupKey, onLast count: Int) -> Bool {
        guard labels >= count, other.labels >= count, end(count) == other.end(count) else { return false }
        return unsafe memcmp(memory + Self.labelsStart, other.memory + Self.labelsStart, end(count)) == 0
    }

    /// The octets of the key up to the end of the last `count` labels.
    func end(_ count: Int) -> Int { unsafe Int(endTable[count]) }

    private func sharedLabels(
        _ mine: UnsafeMutablePointer<UInt8>,
        _ length: Int,
        _ other: UnsafeRawBufferPointer,
        from minimum: Int
    ) -> Int {
        // Ends are counted from the first label on; the key begins in front of it.
        let skipped = length &- end(labels)
        guard let theirs = other.baseAddress else { return minimum }
        let common = min(length, other.count)
        var equal = 0
        while equal &+ 8 <= common {
            // SAFETY: both have `common` octets.
            let first = unsafe UnsafeRawPointer(mine).loadUnaligned(fromByteOffset: equal, as: UInt64.self)
            let difference = unsafe first ^ theirs.loadUnaligned(fromByteOffset: equal, as: UInt64.self)
            if difference != 0 {
                equal &+= difference.littleEndian.trailingZeroBitCount / 8
                break
            }
            equal &+= 8
        }
        while equal < common, unsafe mine[equal] == theirs.load(fromByteOffset: equal, as: UInt8.self) {
            equal &+= 1
        }
        var shared = minimum
        while shared < labels, skipped &+ end(shared &+ 1) <= equal { shared &+= 1 }
        return shared
    }
}
