// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

extension Responder {
    /// Adds the addresses of the names in the records written so far.
    ///
    /// Those of name servers within the zone that is referred to come first and must fit: without them nobody gets
    /// there (RFC 9471 3). All others are left out, an RRset at a time, when there is no room.
    mutating func addAddresses(in zone: ZoneView) throws(ZoneReadError) {
        let start = writer.mark
        if try addAddresses(in: zone, [TypeNumber.a, TypeNumber.aaaa]) { return }
        // With too little room, one address of each name is worth more than two of the first ones.
        writer.rewind(to: start)
        state.isTruncated = false
        _ = try addAddresses(in: zone, [TypeNumber.a, 0])
        _ = try addAddresses(in: zone, [TypeNumber.aaaa, 0])
    }

    /// Adds the addresses of these types, 0 standing for none: whether all had room.
    private mutating func addAddresses(in zone: ZoneView, _ types: [2 of UInt16]) throws(ZoneReadError) -> Bool {
        var isComplete = true
        // The chain has ended: its key is kept to tell which names lie below the cut.
        if state.cutLabels >= 0 {
            for index in 0..<writer.targets.count {
                let hadRoom = try addAddresses(writer.targets[index], in: zone, types, isRequired: true)
                if !hadRoom {
                    state.isTruncated = true
                    isComplete = false
                }
            }
        }
        for index in 0..<writer.targets.count {
            if try !addAddresses(writer.targets[index], in: zone, types, isRequired: false) { isComplete = false }
        }
        return isComplete
    }

    private mutating func addAddresses(
        _ target: AdditionalTarget,
        in zone: ZoneView,
        _ types: [2 of UInt16],
        isRequired: Bool
    ) throws(ZoneReadError) -> Bool {
        guard let length = unsafe otherKey.load(target.wire), otherKey.isWithin(zone) else { return true }
        otherKey.select(zone)
        if state.cutLabels >= 0 {
            let isBelowCut = otherKey.agrees(with: key, onLast: state.cutLabels)
            guard isBelowCut == isRequired else { return true }
        }
        guard let node = try addressNode(zone, mayBeGlue: target.source == TypeNumber.ns) else { return true }
        var owner = OwnerName.written(at: target.offset)
        if target.offset < 0 { owner = unsafe .wire(UnsafeRawBufferPointer(rebasing: target.wire[..<length])) }
        // In a referral the answer does not hold the addresses asked for.
        let isAnswerOwner = state.cutLabels < 0 && target.offset > 0 && target.offset == state.nameOffset
        let asked = isAnswerOwner ? state.type : 0
        var hadRoom = true
        for index in types.indices where types[index] != 0 && types[index] != asked {
            guard let addresses = node.rrset(types[index]) else { continue }
            if !put(addresses, of: node, owner: owner, in: .additional) { hadRoom = false }
        }
        return hadRoom
    }

    /// The node with the addresses of the name in `otherKey`; a wildcard's when it matches, none when it is hidden.
    private mutating func addressNode(_ zone: ZoneView, mayBeGlue: Bool) throws(ZoneReadError) -> NodeView? {
        let labels = otherKey.labels
        if zone.hiding > 0, !mayBeGlue {
            var level = zone.apexLabels &+ 1
            while level <= labels {
                if let node = try reader.node(otherKey, labels: level) {
                    if node.flags.contains(.ns) { return nil }
                    if level < labels, node.flags.contains(.dname) { return nil }
                }
                level &+= 1
            }
        }
        if zone.wildcards == 0 { return try reader.node(otherKey, labels: labels) }
        let match = try reader.match(otherKey, labels: labels, in: zone)
        if let node = match.node { return node }
        if match.isEmptyNonTerminal { return nil }
        return try reader.wildcard(otherKey, below: match.encloser).node
    }
}
