// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import DNSWire
internal import Glibc

/// A node that stands in front of a name that does not exist, with its owner's labels.
@safe
package struct PrecedingNode {
    /// The node.
    package let node: NodeView
    /// The owner's key below the apex.
    let relativeKey: UnsafeRawBufferPointer

    /// Whether this is the node `other` is.
    package func isSame(as other: PrecedingNode) -> Bool {
        unsafe relativeKey.baseAddress == other.relativeKey.baseAddress
    }

    /// Writes the labels of the owner that lie below the apex to `wire`: their octets, or nil without room.
    package func writeLabels(to wire: UnsafeMutableRawBufferPointer) -> Int? {
        // The last label of the key is the first of the name: fill the room from its end.
        var end = wire.count
        var start = 0
        let key = unsafe relativeKey
        while start < key.count {
            var close = start
            var length = 0
            while close < key.count, unsafe key[close] != 0 {
                close &+= unsafe key[close] == 1 ? 2 : 1
                length &+= 1
            }
            guard close < key.count, length <= 63, end &- length &- 1 >= 0 else { return nil }
            end &-= length &+ 1
            unsafe wire[end] = UInt8(truncatingIfNeeded: length)
            var write = end &+ 1
            var read = start
            while read < close {
                let octet = unsafe key[read]
                unsafe wire[write] = octet == 1 ? relativeKey[read &+ 1] &- 1 : octet
                read &+= octet == 1 ? 2 : 1
                write &+= 1
            }
            start = close &+ 1
        }
        let count = wire.count &- end
        if count > 0, let base = wire.baseAddress { unsafe memmove(base, base + end, count) }
        return count
    }
}

extension ZoneReader {
    /// The node whose NSEC record covers the last `labels` labels of `key`, or the label `*` below them; nil when the
    /// zone has none.
    ///
    /// Nodes without NSEC, which lie below zone cuts, are passed over.
    package func preceding(
        _ key: borrowing LookupKey,
        labels: Int,
        wildcard isWildcard: Bool,
        in zone: ZoneView
    ) throws(ZoneReadError) -> PrecedingNode? {
        var found = unsafe isWildcard ? wildcardKey(key, below: labels) : key.ownerKey(labels)
        var value = unsafe MDB_val()
        var code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_SET_RANGE)
        code = unsafe mdb_cursor_get(nodeCursor, &found, &value, code == MDB_NOTFOUND ? MDB_LAST : MDB_PREV)
        while code == 0, unsafe Self.sameZone(found, zone) {
            let node = try unsafe Self.node(found, value)
            if node.flags.contains(.nsec) {
                let skipped = OwnerKey.zonePrefixLength
                let relative = unsafe UnsafeRawBufferPointer(
                    start: found.mv_data + skipped,
                    count: found.mv_size &- skipped
                )
                return unsafe PrecedingNode(node: node, relativeKey: relative)
            }
            code = unsafe mdb_cursor_get(nodeCursor, &found, &value, MDB_PREV)
        }
        guard code == 0 || code == MDB_NOTFOUND else { throw ZoneReadError(code: code) }
        return nil
    }
}
