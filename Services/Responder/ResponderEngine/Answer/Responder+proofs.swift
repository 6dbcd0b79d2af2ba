// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// Denial of existence for zones that were signed elsewhere, with NSEC (RFC 4035 3.1.3).
extension Responder {
    /// Adds what proves a negative answer.
    mutating func prove(_ denial: Denial, encloser: Int, in zone: ZoneView) throws(ZoneReadError) {
        guard zone.apexFlags.contains(.nsec) else { return }
        switch denial {
        case .noData(let node):
            guard let nsec = node.rrset(TypeNumber.nsec) else { return }
            if !put(nsec, of: node, owner: state.owner(key.labels, of: key), in: .authority) {
                state.isTruncated = true
            }
        case .emptyNonTerminal:
            _ = try proveNothing(at: key.labels, isWildcard: false, except: nil, in: zone)
        case .noName:
            let name = try proveNothing(at: key.labels, isWildcard: false, except: nil, in: zone)
            _ = try proveNothing(at: encloser, isWildcard: true, except: name, in: zone)
        case .wildcardNoData:
            let name = try proveNothing(at: key.labels, isWildcard: false, except: nil, in: zone)
            try proveWildcardNoData(encloser: encloser, except: name, in: zone)
        case .emptyWildcard:
            let name = try proveNothing(at: key.labels, isWildcard: false, except: nil, in: zone)
            _ = try proveNothing(at: encloser, isWildcard: true, except: name, in: zone)
        }
    }

    /// Adds what proves that a wildcard was right to match: there is no closer name.
    mutating func proveNoCloserName(encloser: Int, in zone: ZoneView) throws(ZoneReadError) {
        guard state.wantsSignatures, zone.apexFlags.contains(.nsec) else { return }
        _ = try proveNothing(at: key.labels, isWildcard: false, except: nil, in: zone)
    }

    /// Adds the proofs of wildcards that were expanded on the way to the last name.
    mutating func provePending(in zone: ZoneView) throws(ZoneReadError) {
        let last = unsafe state.name
        for index in 0..<history.expansions {
            guard let proof = history.proof(index) else { continue }
            try unsafe takeName(proof.name, in: zone)
            try proveNoCloserName(encloser: proof.encloser, in: zone)
        }
        try unsafe takeName(last, in: zone)
    }

    private mutating func takeName(_ name: UnsafeRawBufferPointer, in zone: ZoneView) throws(ZoneReadError) {
        guard unsafe key.load(name) != nil else { throw .damaged }
        key.select(zone)
        unsafe state.name = name
    }

    /// Adds what proves that a zone cut has no DS record.
    mutating func proveInsecure(_ node: NodeView, owner: OwnerName, in zone: ZoneView) throws(ZoneReadError) {
        guard zone.apexFlags.contains(.nsec), let nsec = node.rrset(TypeNumber.nsec) else { return }
        if !put(nsec, of: node, owner: owner, in: .authority) { state.isTruncated = true }
    }

    /// Adds the NSEC record in front of a name that does not exist, unless it is that of `known`.
    private mutating func proveNothing(
        at labels: Int,
        isWildcard: Bool,
        except known: PrecedingNode?,
        in zone: ZoneView
    ) throws(ZoneReadError) -> PrecedingNode? {
        guard let found = try reader.preceding(key, labels: labels, wildcard: isWildcard, in: zone) else { return nil }
        if let known, known.isSame(as: found) { return found }
        guard let nsec = found.node.rrset(TypeNumber.nsec) else { return found }
        try putProof(nsec, of: found, in: zone)
        return found
    }

    private mutating func putProof(
        _ nsec: RRsetView,
        of found: PrecedingNode,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        // SAFETY: the buffer is on the stack, and the name's octets are copied into the message at once.
        let isWritten = unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { room -> Bool? in
            let apexStart = unsafe zone.apexLabels == 0 ? state.name.count &- 1 : key.offset(ofLast: zone.apexLabels)
            guard apexStart >= 0, unsafe apexStart <= state.name.count else { return nil }
            let apex = unsafe UnsafeRawBufferPointer(rebasing: state.name[apexStart...])
            guard let length = unsafe found.writeLabels(to: UnsafeMutableRawBufferPointer(rebasing: room[..<254])),
                length &+ apex.count <= 255
            else { return nil }
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[length...]).copyMemory(from: apex)
            let wire = unsafe UnsafeRawBufferPointer(rebasing: room[..<(length &+ apex.count)])
            return unsafe put(nsec, of: found.node, owner: .wire(wire), in: .authority)
        }
        guard let isWritten else { throw .damaged }
        if !isWritten { state.isTruncated = true }
    }

    private mutating func proveWildcardNoData(
        encloser: Int,
        except known: PrecedingNode?,
        in zone: ZoneView
    ) throws(ZoneReadError) {
        guard let node = try reader.wildcard(key, below: encloser).node, let nsec = node.rrset(TypeNumber.nsec) else {
            return
        }
        // The proof that the name does not exist may be the wildcard's own record.
        if let known, known.node.isSame(as: node) { return }
        let isWritten = unsafe withUnsafeTemporaryAllocation(byteCount: 258, alignment: 1) { room -> Bool in
            let start = unsafe encloser == 0 ? state.name.count &- 1 : key.offset(ofLast: encloser)
            let parent = unsafe UnsafeRawBufferPointer(rebasing: state.name[start...])
            unsafe room[0] = 1
            unsafe room[1] = 0x2A
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[2...]).copyMemory(from: parent)
            let wire = unsafe UnsafeRawBufferPointer(rebasing: room[..<(2 &+ parent.count)])
            return unsafe put(nsec, of: node, owner: .wire(wire), in: .authority)
        }
        if !isWritten { state.isTruncated = true }
    }
}
