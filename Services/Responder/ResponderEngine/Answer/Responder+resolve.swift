// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

extension Responder {
    /// What a step of the resolution leaves to do.
    enum Step {
        /// The answer is complete.
        case done
        /// `key` and `state.name` are a new name within the zone.
        case again
    }

    /// The algorithm of RFC 1034 4.3.2, with RFC 4592, 6604 and 6672.
    mutating func resolve() throws(ZoneReadError) {
        guard reader.isOpen else { throw .unopened }
        guard var zone = try reader.zone(key, labels: key.labels) else {
            state.code = ResponseCode.refused
            state.extendedError = ExtendedError.notAuthoritative
            note(.notHosted, key.labels)
            return
        }
        note(.zone, zone.apexLabels)
        // The DS records of a zone's apex belong to its parent (RFC 4035 3.1.4.1).
        if state.type == TypeNumber.ds, key.labels == zone.apexLabels, key.labels > 0,
            let parent = try reader.zone(key, labels: key.labels &- 1)
        {
            zone = parent
            note(.parentZone, zone.apexLabels)
        }
        state.zone = UInt32(exactly: zone.generation) ?? 0
        key.select(zone)
        history.clear()
        _ = history.visit(MessageSize.header)
        state.isAuthoritative = !state.isAnyClass
        while try lookUp(in: zone) == .again {}
        if history.expansions > 0, !state.isTruncated { try provePending(in: zone) }
        if state.isUnprovable { return giveUp() }
        if !state.isTruncated, !writer.targets.isEmpty { try addAddresses(in: zone) }
    }

    /// Looks up the present name from the apex down.
    private mutating func lookUp(in zone: ZoneView) throws(ZoneReadError) -> Step {
        let labels = key.labels
        var match: NodeMatch?
        if zone.hiding > 0 {
            var level = zone.apexLabels
            if zone.apexFlags.contains(.dname), labels > level, let apex = try reader.node(key, labels: level) {
                return try follow(dname: apex, at: level, in: zone)
            }
            level &+= 1
            while level < labels {
                let above = try reader.match(key, labels: level, in: zone)
                if let node = above.node {
                    if node.flags.contains(.ns) { return try refer(node, at: level, in: zone) }
                    if node.flags.contains(.dname) { return try follow(dname: node, at: level, in: zone) }
                } else if !above.isEmptyNonTerminal {
                    match = above
                    break
                }
                level &+= 1
            }
        }
        let found: NodeMatch
        if let match {
            found = match
        } else {
            found = try reader.match(key, labels: labels, in: zone)
        }
        if let node = found.node {
            let isCut = node.flags.contains(.ns) && labels > zone.apexLabels
            if isCut, state.type != TypeNumber.ds { return try refer(node, at: labels, in: zone) }
            note(.node, labels)
            return try answer(from: node, isWildcard: false, encloser: labels, in: zone)
        }
        if found.isEmptyNonTerminal {
            note(.emptyNonTerminal, labels)
            try deny(.emptyNonTerminal, encloser: labels, in: zone)
            return .done
        }
        noteMissing(below: found.encloser)
        if zone.wildcards > 0 {
            let wildcard = try reader.wildcard(key, below: found.encloser)
            if let node = wildcard.node {
                note(.wildcard, found.encloser)
                return try answer(from: node, isWildcard: true, encloser: found.encloser, in: zone)
            }
            if wildcard.isEmptyNonTerminal {
                note(.emptyWildcard, found.encloser)
                try deny(.emptyWildcard, encloser: found.encloser, in: zone)
                return .done
            }
        }
        note(.noWildcard, found.encloser)
        state.code = ResponseCode.nameError
        try deny(.noName, encloser: found.encloser, in: zone)
        return .done
    }

    /// Answers from the node of the name, or from a wildcard that matches it.
    private mutating func answer(
        from node: NodeView,
        isWildcard: Bool,
        encloser: Int,
        in zone: ZoneView
    ) throws(ZoneReadError) -> Step {
        let owner = state.owner(key.labels, of: key)
        if isWildcard, state.steps == 0 { state.isFromWildcard = true }
        let wanted = state.type == TypeNumber.any ? Self.representative(of: node) : node.rrset(state.type)
        if let rrset = wanted {
            guard putAnswer(rrset, of: node, owner: owner, in: zone) else {
                state.isTruncated = true
                return .done
            }
            if isWildcard { try proveNoCloserName(encloser: encloser, in: zone) }
            if !configuration.isMinimal { try addNameServers(in: zone) }
            return .done
        }
        guard node.flags.contains(.cname), let cname = node.rrset(TypeNumber.cname) else {
            note(.noData, key.labels)
            try deny(isWildcard ? .wildcardNoData(node) : .noData(node), encloser: encloser, in: zone)
            return .done
        }
        note(.alias, key.labels)
        guard put(cname, of: node, owner: owner, in: .answer) else {
            state.isTruncated = true
            return .done
        }
        // The proof belongs behind the answer section, which goes on.
        if isWildcard, state.wantsSignatures {
            unsafe history.expand(PendingProof(name: state.name, encloser: encloser))
        }
        let records = unsafe cname.records
        guard records.count > 2 else { throw .damaged }
        return try unsafe goOn(to: UnsafeRawBufferPointer(rebasing: records[2...]), at: writer.lastName, in: zone)
    }

    /// Makes the target of a CNAME the present name, if it is in the zone and the chain has not been there.
    mutating func goOn(
        to target: UnsafeRawBufferPointer,
        at offset: Int,
        in zone: ZoneView
    ) throws(ZoneReadError) -> Step {
        state.steps &+= 1
        guard state.steps < ChainHistory.limit, history.visit(offset) else {
            unsafe noteEnd(target, isOutside: false)
            return .done
        }
        guard let length = unsafe key.load(target) else { throw .damaged }
        guard key.isWithin(zone) else {
            unsafe noteEnd(target, isOutside: true)
            // Proofs and addresses are about the last name in the zone.
            try unsafe take(state.name, in: zone)
            return .done
        }
        key.select(zone)
        unsafe state.name = UnsafeRawBufferPointer(rebasing: target[..<length])
        state.nameOffset = offset
        note(.target, key.labels)
        return .again
    }

    /// Makes a name of the zone the present one.
    mutating func take(_ name: UnsafeRawBufferPointer, in zone: ZoneView) throws(ZoneReadError) {
        guard unsafe key.load(name) != nil else { throw .damaged }
        key.select(zone)
        unsafe state.name = name
    }

    /// Follows a DNAME above the present name: the record itself, then a CNAME made from it (RFC 6672 3.2).
    private mutating func follow(
        dname node: NodeView,
        at level: Int,
        in zone: ZoneView
    ) throws(ZoneReadError) -> Step {
        guard let dname = node.rrset(TypeNumber.dname) else { throw .damaged }
        let records = unsafe dname.records
        guard records.count > 2 else { throw .damaged }
        note(.redirection, level)
        // All names below are answered from one record, as those of a wildcard are.
        if state.steps == 0 { state.isFromWildcard = true }
        if unsafe history.redirect(records) {
            guard put(dname, of: node, owner: state.owner(level, of: key), in: .answer) else {
                state.isTruncated = true
                return .done
            }
        }
        let kept = unsafe level == 0 ? state.name.count &- 1 : key.offset(ofLast: level)
        guard kept >= 0 else { throw .damaged }
        let target = unsafe UnsafeRawBufferPointer(rebasing: records[2...])
        guard let targetLength = unsafe otherKey.load(target) else { throw .damaged }
        guard kept &+ targetLength <= 255 else {
            note(.redirectionTooLong)
            state.code = ResponseCode.nameTooLong
            return .done
        }
        // Each step has room of its own, as a proof may need the name later.
        let made = unsafe synthesized + 256 * state.steps
        let name = unsafe state.name
        unsafe UnsafeMutableRawBufferPointer(start: made, count: kept).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: name[..<kept])
        )
        unsafe UnsafeMutableRawBufferPointer(start: made + kept, count: targetLength).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: target[..<targetLength])
        )
        let result = unsafe UnsafeRawBufferPointer(start: made, count: kept &+ targetLength)
        let owner = state.owner(key.labels, of: key)
        guard unsafe writer.put(TypeNumber.cname, result, owner: owner, ttl: dname.ttl, in: .answer) else {
            noteRecords(owner, TypeNumber.cname, 1, .answer, isWritten: false)
            state.isTruncated = true
            return .done
        }
        noteRecords(owner, TypeNumber.cname, 1, .answer, isWritten: true)
        // The CNAME made here is what was asked for.
        if state.type == TypeNumber.cname { return .done }
        return try unsafe goOn(to: result, at: writer.lastName, in: zone)
    }

    /// The one RRset that stands for all of a node's when ANY is asked (RFC 8482 4.1): a small and usual one.
    private static func representative(of node: NodeView) -> RRsetView? {
        if let soa = node.rrset(TypeNumber.soa) { return soa }
        var offset = NodeView.firstOffset
        var usual: RRsetView?
        var unusual: RRsetView?
        while let rrset = node.next(&offset) {
            switch rrset.type {
            case TypeNumber.a, TypeNumber.aaaa, TypeNumber.mx, TypeNumber.ptr: return rrset
            case TypeNumber.dnskey, TypeNumber.rrsig, TypeNumber.nsec: unusual = rrset
            default: usual = rrset
            }
        }
        return usual ?? unusual
    }
}
