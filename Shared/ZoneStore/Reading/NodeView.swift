// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// All RRsets of one owner as they lie in the file's map: valid until its reader's batch ends.
@usableFromInline
@frozen
@safe
package struct NodeView {
    // SAFETY: the octets of one value behind its checksum; every access below stays within `count`.
    @usableFromInline let base: UnsafeRawPointer
    @usableFromInline let count: Int

    /// The node of a value; nil when the value is damaged.
    @inlinable
    init?(_ value: UnsafeRawBufferPointer) {
        // The first RRset stands behind the checksum and four octets more.
        guard let start = value.baseAddress, value.count >= ValueChecksum.length &+ Self.firstOffset else {
            return nil
        }
        unsafe base = start + ValueChecksum.length
        count = value.count &- ValueChecksum.length
    }

    /// Whether the octets are those that were stored under `key`.
    @inlinable
    func isIntact(key: UnsafeRawBufferPointer) -> Bool {
        unsafe ValueChecksum.matches(
            key: key,
            value: UnsafeRawBufferPointer(start: base - ValueChecksum.length, count: count &+ ValueChecksum.length)
        )
    }

    /// What the node holds.
    @inlinable package var flags: NodeFlags {
        NodeFlags(rawValue: unsafe base.load(as: UInt8.self))
    }

    /// Whether both are views of one node.
    @inlinable
    package func isSame(as other: NodeView) -> Bool { unsafe base == other.base }

    /// The RRset of a type; nil when there is none.
    @inlinable
    package func rrset(_ type: UInt16) -> RRsetView? {
        var offset = Self.firstOffset
        while let view = view(at: offset) {
            let found = view.type
            if found == type { return view }
            // The types ascend.
            if found > type { return nil }
            offset &+= RRsetView.headerLength &+ view.byteCount
        }
        return nil
    }

    /// The RRset at `offset`, which is then moved behind it; nil at the end. Start with `firstOffset`.
    @inlinable
    package func next(_ offset: inout Int) -> RRsetView? {
        guard let view = view(at: offset) else { return nil }
        offset &+= RRsetView.headerLength &+ view.byteCount
        return view
    }

    /// Where the first RRset begins.
    @inlinable package static var firstOffset: Int { 4 }

    @inlinable
    func view(at offset: Int) -> RRsetView? {
        guard offset &+ RRsetView.headerLength <= count else { return nil }
        let view = unsafe RRsetView(base: base + offset)
        guard offset &+ RRsetView.headerLength &+ view.byteCount <= count else { return nil }
        return view
    }
}
