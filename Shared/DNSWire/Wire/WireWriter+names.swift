// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension WireWriter {
    /// Writes a name, its end as a pointer where `compress` is set and the same labels stand before (RFC 1035 4.1.4).
    ///
    /// Labels are compared without case, so the case of a name can be lost: exact names must not be compressed.
    @inlinable
    package mutating func writeName(_ name: Name, compress: Bool = true) throws(WireError) {
        try writeName(octets: name.wire, compress: compress)
    }

    /// Writes a name of its valid uncompressed wire form.
    @usableFromInline
    package mutating func writeName(octets wire: [UInt8], compress: Bool) throws(WireError) {
        guard compress, compresses else { return try writeOctets(wire) }
        let (starts, count) = Name(validated: wire).labelOffsets
        // From the root to the left: `fresh` labels are not known yet, the rest stands at `parent`.
        var fresh = count
        var parent = CompressionTable.rootOffset
        while fresh > 0, let offset = names.find(wire, label: Int(starts[fresh - 1]), parent: parent, in: octets) {
            parent = offset
            fresh -= 1
        }
        let head = fresh == count ? wire.count : Int(starts[fresh])
        let start = octets.count
        try require(fresh == count ? head : head + 2)
        octets.append(contentsOf: wire[..<head])
        if fresh < count { try writeUInt16(0xC000 | parent) }
        // The labels written now can be led to, unless they lie too far behind for a pointer.
        while fresh > 0 {
            fresh -= 1
            let offset = start + Int(starts[fresh])
            guard offset <= CompressionTable.maximumOffset else { break }
            names.insert(UInt16(offset), parent: parent, in: octets)
            parent = UInt16(offset)
        }
    }
}
