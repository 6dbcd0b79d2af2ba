// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The trees of a snapshot that queries are answered from.
@safe
struct SnapshotTrees {
    let pages: SnapshotPages
    /// The tree of zones; nil when there is none.
    let zones: TreeRange?
    /// The tree of their nodes; nil when there is none.
    let nodes: TreeRange?

    /// The part of the tree of nodes that those of a zone are in: a part of one page for all zones but large ones.
    func nodes(of number: UInt64, _ cursor: borrowing TreeCursor) throws(ZoneReadError) -> TreeRange {
        guard let nodes else { throw .damaged }
        // The keys of a zone begin with the last octets of its number, and end in front of the next number.
        var first = (number &<< 24).bigEndian
        var end = ((number &+ 1) &<< 24).bigEndian
        // There is no number behind the last one that fits; no store ever gets there.
        guard (number &+ 1) &>> 40 == 0 else { return nodes }
        return try unsafe withUnsafeBytes(of: &first) { (first) throws(ZoneReadError) in
            try unsafe withUnsafeBytes(of: &end) { (end) throws(ZoneReadError) in
                let length = OwnerKey.zonePrefixLength
                return try unsafe cursor.narrow(
                    nodes,
                    from: UnsafeRawBufferPointer(rebasing: first[..<length]),
                    to: UnsafeRawBufferPointer(rebasing: end[..<length]),
                    pages
                )
            }
        }
    }
}
