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
        if try addAddresses(in: zone, .all) { return }
        // With too little room, one address of each name is worth more than two of the first ones.
        writer.rewind(to: start)
        state.isTruncated = false
        _ = try addAddresses(in: zone, .first)
        _ = try addAddresses(in: zone, .second)
    }

    /// Which records of a target are added.
    private enum AddressPass {
        /// Everything.
        case all
        /// What leads on, and IPv4 addresses.
        case first
        /// IPv6 addresses.
        case second
    }

    /// Adds the addresses of all targets: whether all had room.
    private mutating func addAddresses(in zone: ZoneView, _ pass: AddressPass) throws(ZoneReadError) -> Bool {
        var isComplete = true
        // The chain has ended: its key is kept to tell which names lie below the cut.
        if state.cutLabels >= 0 {
            for index in 0..<writer.targets.count {
                let hadRoom = try addAddresses(writer.targets[index], in: zone, pass, isRequired: true)
                if !hadRoom {
                    state.isTruncated = true
                    isComplete = false
                }
            }
        }
        // A service binding may be its owner's own; what is added later cannot have one that matters.
        if writer.targets.includesOwner, try !addOwner(in: zone, pass) { isComplete = false }
        // Records that are added may have targets themselves, which then are at the end of the list.
        var index = 0
        while index < writer.targets.count {
            if try !addAddresses(writer.targets[index], in: zone, pass, isRequired: false) { isComplete = false }
            index &+= 1
        }
        return isComplete
    }

    /// Adds the addresses of the answer's owner.
    private mutating func addOwner(in zone: ZoneView, _ pass: AddressPass) throws(ZoneReadError) -> Bool {
        let name = unsafe state.name
        let target = unsafe AdditionalTarget(wire: name, offset: state.nameOffset, source: state.type)
        // A record added to another answer may set the flag: its owner is a target then, and this one is none.
        guard state.type == TypeNumber.svcb || state.type == TypeNumber.https else { return true }
        return try addAddresses(target, in: zone, pass, isRequired: false)
    }

    /// Adds the addresses of one target: whether all had room.
    private mutating func addAddresses(
        _ target: AdditionalTarget,
        in zone: ZoneView,
        _ pass: AddressPass,
        isRequired: Bool
    ) throws(ZoneReadError) -> Bool {
        guard let length = unsafe otherKey.load(target.wire), otherKey.isWithin(zone) else { return true }
        otherKey.select(zone)
        var isBelowCut = false
        if state.cutLabels >= 0 {
            isBelowCut = otherKey.agrees(with: key, onLast: state.cutLabels)
            guard isBelowCut == isRequired else { return true }
        }
        let found: NodeView?
        if isBelowCut {
            // The highest cut above the name is the one that is referred to.
            found = try reader.node(otherKey, labels: otherKey.labels)
        } else {
            found = try targetNode(zone, mayBeGlue: target.source == TypeNumber.ns)
        }
        guard let node = found else { return true }
        var owner = OwnerName.written(at: target.offset)
        if target.offset < 0 { owner = unsafe .wire(UnsafeRawBufferPointer(rebasing: target.wire[..<length])) }
        // In a referral the answer does not hold the addresses asked for.
        let isAnswerOwner =
            state.cutLabels < 0 && otherKey.labels == key.labels && otherKey.agrees(with: key, onLast: key.labels)
        let asked = isAnswerOwner ? state.type : 0
        var hadRoom = true
        // An answer to RRSIG holds the signatures of its owner already.
        let wantsSignatures = state.wantsSignatures
        defer { state.wantsSignatures = wantsSignatures }
        if asked == TypeNumber.rrsig { state.wantsSignatures = false }
        if pass != .second, target.other != 0, target.other != asked, let rrset = node.rrset(target.other) {
            hadRoom = put(rrset, of: node, owner: owner, in: .additional)
        }
        guard target.hasAddresses else { return hadRoom }
        if pass != .second, asked != TypeNumber.a, let addresses = node.rrset(TypeNumber.a) {
            if !put(addresses, of: node, owner: owner, in: .additional) { hadRoom = false }
        }
        if pass != .first, asked != TypeNumber.aaaa, let addresses = node.rrset(TypeNumber.aaaa) {
            if !put(addresses, of: node, owner: owner, in: .additional) { hadRoom = false }
        }
        return hadRoom
    }

    /// The node of the name in `otherKey`; a wildcard's when it matches, none when the name is hidden by a DNAME, or by a
    /// zone cut and is not wanted as glue.
    private mutating func targetNode(_ zone: ZoneView, mayBeGlue: Bool) throws(ZoneReadError) -> NodeView? {
        let labels = otherKey.labels
        if zone.hiding > 0, labels > zone.apexLabels {
            if zone.apexFlags.contains(.dname) { return nil }
            var level = zone.apexLabels &+ 1
            while level <= labels {
                if let node = try reader.node(otherKey, labels: level) {
                    if node.flags.contains(.ns) {
                        guard mayBeGlue else { return nil }
                        // A wildcard below a cut is the other zone's business.
                        return level == labels ? node : try reader.node(otherKey, labels: labels)
                    }
                    if level == labels { return node }
                    if node.flags.contains(.dname) { return nil }
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
