// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// Denial of existence for zones that were signed elsewhere, with NSEC (RFC 4035 3.1.3); with NSEC3 it is in
/// `Responder+hashedProofs`.
extension Responder {
    /// Adds what proves a negative answer.
    mutating func prove(_ denial: Denial, encloser: Int, in zone: ZoneView) throws(ZoneReadError) {
        // A chain of NSEC3 is whole when its parameters are published; one of NSEC may be on its way (RFC 5155 10).
        if let parameters = zone.nsec3 {
            return try proveHashed(denial, encloser: encloser, parameters, in: zone)
        }
        guard zone.apexFlags.contains(.nsec) else { return note(.proofMissing, key.labels) }
        switch denial {
        case .noData(let node):
            note(.proofOfTypes, key.labels)
            putProof(of: node, owner: state.owner(key.labels, of: key), in: zone)
        case .emptyNonTerminal:
            try proveNothing(at: key.labels, isWildcard: false, in: zone)
        case .noName, .emptyWildcard:
            try proveNothing(at: key.labels, isWildcard: false, in: zone)
            try proveNothing(at: encloser, isWildcard: true, in: zone)
        case .wildcardNoData(let node):
            try proveNothing(at: key.labels, isWildcard: false, in: zone)
            note(.proofOfWildcardTypes, encloser)
            putWildcardProof(of: node, below: encloser, in: zone)
        }
    }

    /// Adds what proves that a wildcard was right to match: there is no closer name.
    mutating func proveNoCloserName(encloser: Int, in zone: ZoneView) throws(ZoneReadError) {
        guard state.wantsSignatures, zone.apexFlags.contains(.rrsig) else { return }
        if let parameters = zone.nsec3 {
            try proveNextCloser(than: encloser, parameters, in: zone)
        } else if zone.apexFlags.contains(.nsec) {
            try proveNothing(at: key.labels, isWildcard: false, in: zone)
        } else {
            note(.proofMissing, key.labels)
        }
    }

    /// Adds the proofs of wildcards that were expanded on the way to the last name.
    mutating func provePending(in zone: ZoneView) throws(ZoneReadError) {
        let last = unsafe state.name
        for index in 0..<history.expansions {
            let proof = history.proof(index)
            try unsafe take(proof.name, in: zone)
            try proveNoCloserName(encloser: proof.encloser, in: zone)
        }
        try unsafe take(last, in: zone)
    }

    /// Adds what proves that the zone cut at the last `level` labels has no DS record.
    mutating func proveInsecure(_ node: NodeView, at level: Int, in zone: ZoneView) throws(ZoneReadError) {
        if let parameters = zone.nsec3 {
            try proveTypes(at: level, parameters, in: zone)
        } else {
            note(.proofOfTypes, level)
            putProof(of: node, owner: state.owner(level, of: key), in: zone)
        }
    }

    /// Writes an NSEC or NSEC3 RRset into the authority section, once an answer, with the TTL that RFC 9077 3 allows.
    mutating func putProof(_ rrset: RRsetView, of node: NodeView, owner: OwnerName, in zone: ZoneView) {
        guard unsafe history.prove(rrset.records) else { return }
        if !put(rrset, of: node, owner: owner, ttl: min(rrset.ttl, zone.negativeTTL), in: .authority) {
            state.isTruncated = true
        }
    }

    /// Adds a node's own NSEC record.
    private mutating func putProof(of node: NodeView, owner: OwnerName, in zone: ZoneView) {
        guard let nsec = node.rrset(TypeNumber.nsec) else { return note(.proofMissing, key.labels) }
        putProof(nsec, of: node, owner: owner, in: zone)
    }

    /// Adds the NSEC record of the wildcard below the last `encloser` labels.
    private mutating func putWildcardProof(of node: NodeView, below encloser: Int, in zone: ZoneView) {
        // SAFETY: the buffer is on the stack, and the name's octets are copied into the message at once.
        unsafe withUnsafeTemporaryAllocation(byteCount: 258, alignment: 1) { room in
            let start = unsafe encloser == 0 ? state.name.count &- 1 : key.offset(ofLast: encloser)
            let parent = unsafe UnsafeRawBufferPointer(rebasing: state.name[start...])
            unsafe room[0] = 1
            unsafe room[1] = 0x2A
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[2...]).copyMemory(from: parent)
            let wire = unsafe UnsafeRawBufferPointer(rebasing: room[..<(2 &+ parent.count)])
            unsafe putProof(of: node, owner: .wire(wire), in: zone)
        }
    }

    /// Adds the NSEC record in front of a name that does not exist, or that has no records.
    private mutating func proveNothing(at labels: Int, isWildcard: Bool, in zone: ZoneView) throws(ZoneReadError) {
        note(isWildcard ? .proofOfWildcardAbsence : .proofOfAbsence, labels)
        guard let found = try reader.preceding(key, labels: labels, wildcard: isWildcard, in: zone),
            let nsec = found.node.rrset(TypeNumber.nsec)
        else {
            return note(isWildcard ? .proofOfWildcardMissing : .proofMissing, labels)
        }
        // SAFETY: the buffer is on the stack, and the name's octets are copied into the message at once.
        let isSound = unsafe withUnsafeTemporaryAllocation(byteCount: 256, alignment: 1) { room in
            let apex = unsafe apexName(of: zone)
            guard let length = unsafe found.writeLabels(to: UnsafeMutableRawBufferPointer(rebasing: room[..<254])),
                length &+ apex.count <= 255
            else { return false }
            unsafe UnsafeMutableRawBufferPointer(rebasing: room[length...]).copyMemory(from: apex)
            let wire = unsafe UnsafeRawBufferPointer(rebasing: room[..<(length &+ apex.count)])
            unsafe putProof(nsec, of: found.node, owner: .wire(wire), in: zone)
            return true
        }
        if !isSound { throw .damaged }
    }

    /// The wire form of the zone's apex: the end of the present name.
    func apexName(of zone: ZoneView) -> UnsafeRawBufferPointer {
        let start = unsafe zone.apexLabels == 0 ? state.name.count &- 1 : key.offset(ofLast: zone.apexLabels)
        return unsafe UnsafeRawBufferPointer(rebasing: state.name[start...])
    }
}
