// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// One owner of a zone on its way to a secondary: valid only during the call that it is given to.
@safe
package struct TransferOwner: ~Copyable {
    /// The labels in front of the apex in wire form, without the root; none for the apex.
    // SAFETY: memory of the walk, which writes it anew for the next owner.
    package let labels: UnsafeRawBufferPointer
    private let node: NodeView
    /// The RRsets of an owner that is a name and a hash at once, which stand in two places of the file.
    private let joined: [RRset]?

    /// The owner of an entry, once its value is seen to be what was stored.
    init(labels: UnsafeRawBufferPointer, _ entry: TreeWalk.Entry) throws(ZoneReadError) {
        guard let node = unsafe NodeView(entry.value), unsafe node.isIntact(key: entry.key) else { throw .damaged }
        unsafe self.init(labels: labels, node: node, joined: nil)
    }

    /// The owner of a node's entry, with what the file has of it among the NSEC3 records.
    init(
        labels: UnsafeRawBufferPointer,
        _ entry: TreeWalk.Entry,
        joining hashed: TreeWalk.Entry?,
        apex: Name
    ) throws(ZoneReadError) {
        guard let hashed else {
            try unsafe self.init(labels: labels, entry)
            return
        }
        guard let node = unsafe NodeView(entry.value), let first = Self.decoded(entry, apex),
            let second = Self.decoded(hashed, apex)
        else { throw .damaged }
        let joined = NSEC3Owner.join(node: first.rrsets, hashed: second.rrsets)
        unsafe self.init(labels: labels, node: node, joined: joined)
    }

    private init(labels: UnsafeRawBufferPointer, node: NodeView, joined: [RRset]?) {
        unsafe self.labels = labels
        self.node = node
        self.joined = joined
    }

    /// The RRsets of an entry; whose they are is known to the caller.
    private static func decoded(_ entry: TreeWalk.Entry, _ apex: Name) -> NodeValue? {
        NodeValue(unsafe [UInt8](entry.value), key: unsafe [UInt8](entry.key), owner: apex)
    }

    /// Whether this is the zone's apex.
    package var isApex: Bool { unsafe labels.isEmpty }

    /// Calls `body` with each record in ascending order of types, until it gives back false; gives back whether it
    /// never did. The data is uncompressed and valid during the call.
    ///
    /// Throws what `body` throws, and `ZoneReadError.damaged`.
    package borrowing func forEachRecord(
        _ body: (_ type: UInt16, _ ttl: UInt32, _ rdata: UnsafeRawBufferPointer) throws -> Bool
    ) throws -> Bool {
        if let joined {
            for rrset in joined {
                for rdata in rrset.rdatas {
                    let isGoingOn = try unsafe rdata.withUnsafeBytes {
                        try unsafe body(rrset.type.rawValue, rrset.ttl, $0)
                    }
                    guard isGoingOn else { return false }
                }
            }
            return true
        }
        var offset = NodeView.firstOffset
        while let view = node.next(&offset) {
            let records = unsafe view.records
            var start = 0
            while start &+ 2 <= records.count {
                // SAFETY: the length, and then the data, are seen to lie within the set.
                let length = unsafe records.loadUnaligned(fromByteOffset: start, as: UInt16.self)
                let end = start &+ 2 &+ Int(UInt16(bigEndian: length))
                guard end <= records.count else { throw ZoneReadError.damaged }
                let rdata = unsafe UnsafeRawBufferPointer(rebasing: records[(start &+ 2)..<end])
                guard try unsafe body(view.type, view.ttl, rdata) else { return false }
                start = end
            }
        }
        return true
    }
}
