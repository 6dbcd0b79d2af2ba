// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

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
        guard let trees, let range = key.range else { throw .unopened }
        let wanted = unsafe isWildcard ? wildcardKey(key, below: labels) : key.ownerKey(labels)
        var place = try unsafe cursor.seek(wanted, in: range, trees.pages)
        while let previous = try cursor.previous(place, trees.pages) {
            let found = try unsafe previous.page.key(previous.index)
            guard unsafe Self.areOfOneZone(found, wanted) else { return nil }
            let node = try Self.node(previous, trees.pages)
            if node.flags.contains(.nsec) {
                return unsafe PrecedingNode(
                    node: node,
                    relativeKey: UnsafeRawBufferPointer(rebasing: found[OwnerKey.zonePrefixLength...])
                )
            }
            place = previous
        }
        return nil
    }
}
