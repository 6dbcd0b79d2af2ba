// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The owners of one zone in canonical order, hashed ones included, as they lie in the file.
///
/// A whole zone goes to a secondary without an object for a name, a record or a set of them: the pages of the snapshot
/// are read in place, and what stands there is handed on. The walk can be left at any owner and gone on with later;
/// between two calls nothing but the keys of the next owner is kept.
package struct TransferWalk {
    private let snapshot: TransferSnapshot
    private let apex: Name
    private let prefix: [UInt8]
    /// The keys to go on with in both trees, or ones in front of them; nil where nothing is left.
    private var node: [UInt8]?
    private var hashed: [UInt8]?

    /// A walk over the zone with the apex `name`; one that is not held has no owners.
    package init(_ snapshot: TransferSnapshot, of name: Name) throws(ZoneStoreError) {
        self.snapshot = snapshot
        apex = name.lowercased()
        let number = try snapshot.read { transaction throws(LMDBError) in
            try snapshot.store.record(of: name, transaction)?.number
        }
        prefix = number.map { OwnerKey.prefix(of: $0) } ?? []
        node = number == nil ? nil : prefix
        hashed = node
    }

    /// Calls `body` with one owner after the other until it gives back false, for the next call to begin with the same
    /// owner again; gives back whether the zone has come to its end.
    ///
    /// Throws `ZoneStoreError` for what cannot be read, and what `body` throws.
    package mutating func forEach(_ body: (_ owner: borrowing TransferOwner) throws -> Bool) throws -> Bool {
        guard node != nil || hashed != nil else { return true }
        var failure: (any Error)?
        let rest = try snapshot.read { transaction throws(LMDBError) in
            do throws(ZoneReadError) {
                return try walk(transaction) { owner in
                    do {
                        return try body(owner)
                    } catch {
                        failure = error
                        return false
                    }
                }
            } catch {
                throw error == .damaged ? .damagedValue : LMDBError(code: error.code, operation: "read")
            }
        }
        if let failure { throw failure }
        (node, hashed) = (rest.node, rest.hashed)
        return node == nil && hashed == nil
    }

    /// Walks on from the keys kept; gives back those of the owner that `body` has stopped at.
    private func walk(
        _ transaction: borrowing LMDBTransaction,
        _ body: (borrowing TransferOwner) -> Bool
    ) throws(ZoneReadError) -> (node: [UInt8]?, hashed: [UInt8]?) {
        let trees = try TransferTrees(transaction, snapshot.store.environment)
        var nodes = try TreeWalk(trees.pages, trees.nodes, prefix: prefix, from: node)
        var hashes = try TreeWalk(trees.pages, trees.nsec3, prefix: prefix, from: hashed)
        // SAFETY: room for the labels of two names, freed at the end; an owner's labels are written anew for the next one.
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * Name.maximumLength, alignment: 8)
        defer { unsafe room.deallocate() }
        let text = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<(Name.maximumLength - apex.wire.count)])
        let hashText = unsafe UnsafeMutableRawBufferPointer(rebasing: room[Name.maximumLength...])
        var isGoingOn = true
        while isGoingOn, let hash = hashes.entry {
            // Most zones have no hashed owners, and never come here.
            guard unsafe NSEC3Owner.writeLabel(of: hash.key, to: hashText) else { throw .damaged }
            let order = nodes.entry.map { unsafe NSEC3Owner.order(hashText, to: $0.key) } ?? -1
            if order < 0 {
                let labels = unsafe UnsafeRawBufferPointer(rebasing: hashText[..<NSEC3Owner.labelLength])
                isGoingOn = try unsafe body(TransferOwner(labels: labels, hash))
            } else if let node = nodes.entry {
                guard let labels = unsafe OwnerKey.writeLabels(of: node.key, to: text) else { throw .damaged }
                let part = order == 0 ? hash : nil
                isGoingOn = try unsafe body(TransferOwner(labels: labels, node, joining: part, apex: apex))
            }
            guard isGoingOn else { break }
            if order <= 0 { try hashes.advance() }
            if order >= 0 { try nodes.advance() }
        }
        while isGoingOn, let node = nodes.entry {
            guard let labels = unsafe OwnerKey.writeLabels(of: node.key, to: text) else { throw .damaged }
            isGoingOn = try unsafe body(TransferOwner(labels: labels, node))
            if isGoingOn { try nodes.advance() }
        }
        return (nodes.entry.map { unsafe [UInt8]($0.key) }, hashes.entry.map { unsafe [UInt8]($0.key) })
    }
}
