// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Names as keys whose bytewise order is the canonical order of RFC 4034 6.1.
///
/// The labels stand in reverse, in lower case, each closed by a zero octet. A zero octet within a label becomes `01 01`
/// and a one `01 02`, so that the closing octet sorts before every other and no label is another's prefix.
@usableFromInline
package enum OwnerKey {
    /// The longest key that LMDB takes.
    package static let maximumLength = 511
    /// Octets in front of an owner's key that hold its zone's number in the file: enough for a thousand replaced zones a
    /// second for thirty years.
    @inlinable package static var zonePrefixLength: Int { 5 }

    /// Appends the labels of `name` without its last `suffixLabels` ones.
    package static func append(_ name: Name, droppingLast suffixLabels: Int = 0, to key: inout [UInt8]) {
        let (offsets, count) = name.labelOffsets
        var index = count - suffixLabels
        while index > 0 {
            index -= 1
            let start = Int(offsets[index])
            for position in (start + 1)..<(start + 1 + Int(name.wire[start])) {
                let octet = CaseFolding.lower(name.wire[position])
                if octet > 1 {
                    key.append(octet)
                } else {
                    key.append(1)
                    key.append(octet + 1)
                }
            }
            key.append(0)
        }
    }

    /// The key of a zone's apex: the root's closing octet, then the labels. LMDB takes no empty key.
    package static func zone(_ name: Name) -> [UInt8] {
        var key: [UInt8] = [0]
        append(name, to: &key)
        return key
    }

    /// The key of an owner in the zone with `number` whose apex has `apexLabels` labels; nil when it would be too long.
    ///
    /// No valid name reaches the limit: four labels of 250 zero octets in all make 509.
    package static func owner(_ name: Name, zone number: UInt64, apexLabels: Int) -> [UInt8]? {
        var key = prefix(of: number)
        key.reserveCapacity(zonePrefixLength + name.wire.count)
        append(name, droppingLast: apexLabels, to: &key)
        return key.count <= maximumLength ? key : nil
    }

    /// What the keys of all owners of a zone begin with; it is the key of the apex.
    package static func prefix(of number: UInt64) -> [UInt8] {
        var key: [UInt8] = []
        key.appendBigEndian(number)
        key.removeFirst(8 - zonePrefixLength)
        return key
    }

    /// The name of a zone's key; nil when the key is damaged.
    package static func zoneName(of key: [UInt8]) -> Name? {
        key.first == 0 ? name(of: key.dropFirst()) : nil
    }

    /// The name of a key without prefix, below `apex`; nil when the key is damaged.
    package static func name(of key: some Collection<UInt8>, below apex: Name = .root) -> Name? {
        // The labels in the key's order, each behind an octet for its length.
        var labels: [UInt8] = []
        labels.reserveCapacity(key.underestimatedCount + 1)
        var starts = InlineArray<128, UInt8>(repeating: 0)
        var count = 0
        var start = 0
        var escaped = false
        labels.append(0)
        for octet in key {
            if escaped {
                guard octet == 1 || octet == 2 else { return nil }
                labels.append(octet - 1)
                escaped = false
            } else if octet == 1 {
                escaped = true
            } else if octet == 0 {
                let length = labels.count - start - 1
                guard 1...Name.maximumLabelLength ~= length, labels.count < Name.maximumLength else { return nil }
                labels[start] = UInt8(length)
                starts[count] = UInt8(start)
                count += 1
                start = labels.count
                labels.append(0)
            } else {
                labels.append(octet)
            }
        }
        guard !escaped, labels.count - start == 1, start + apex.wire.count <= Name.maximumLength else { return nil }
        var wire: [UInt8] = []
        wire.reserveCapacity(start + apex.wire.count)
        while count > 0 {
            count -= 1
            let first = Int(starts[count])
            wire.append(contentsOf: labels[first...(first + Int(labels[first]))])
        }
        wire.append(contentsOf: apex.wire)
        return Name(validated: wire)
    }

    /// Writes the labels of an owner's whole key, in the order of the wire and without the root, to the end of `room`;
    /// gives back where, or nil when the key is damaged or the room too small.
    static func writeLabels(
        of key: UnsafeRawBufferPointer,
        to room: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        guard let octets = key.baseAddress, let target = room.baseAddress else { return nil }
        let count = key.count
        var first = room.count
        var index = zonePrefixLength
        while index < count {
            // SAFETY: the index is below the key's count, and a label is written only where the room holds it.
            let start = index
            var escapes = 0
            while index < count {
                let octet = unsafe octets.load(fromByteOffset: index, as: UInt8.self)
                if octet == 0 { break }
                if octet == 1 {
                    index &+= 1
                    guard index < count else { return nil }
                    let escaped = unsafe octets.load(fromByteOffset: index, as: UInt8.self)
                    guard escaped == 1 || escaped == 2 else { return nil }
                    escapes &+= 1
                }
                index &+= 1
            }
            let length = index &- start &- escapes
            guard index < count, 1...Name.maximumLabelLength ~= length, first > length else { return nil }
            first &-= length &+ 1
            unsafe target.storeBytes(of: UInt8(truncatingIfNeeded: length), toByteOffset: first, as: UInt8.self)
            if escapes == 0 {
                unsafe (target + first + 1).copyMemory(from: octets + start, byteCount: length)
            } else {
                var from = start
                for offset in 1...length {
                    var octet = unsafe octets.load(fromByteOffset: from, as: UInt8.self)
                    if octet == 1 {
                        from &+= 1
                        octet = unsafe octets.load(fromByteOffset: from, as: UInt8.self) &- 1
                    }
                    from &+= 1
                    unsafe target.storeBytes(of: octet, toByteOffset: first &+ offset, as: UInt8.self)
                }
            }
            index &+= 1
        }
        return unsafe UnsafeRawBufferPointer(rebasing: room[first...])
    }
}
