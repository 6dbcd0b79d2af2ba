// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

extension Responder {
    /// Why nothing is answered, which decides what proves it.
    enum Denial {
        /// The node has no records of the type.
        case noData(NodeView)
        /// There is no node at the name, but below it.
        case emptyNonTerminal
        /// The wildcard that matches, whose node it is, has no records of the type.
        case wildcardNoData(NodeView)
        /// The wildcard that matches is an empty non-terminal.
        case emptyWildcard
        /// There is no such name and no wildcard.
        case noName
    }

    /// Writes an RRset, and its signatures if they are wanted: both or none.
    mutating func put(_ rrset: RRsetView, of node: NodeView, owner: OwnerName, in section: Section) -> Bool {
        put(rrset, of: node, owner: owner, ttl: rrset.ttl, in: section)
    }

    /// Writes an RRset with this TTL, and its signatures if they are wanted: both or none.
    ///
    /// The signatures get the TTL of what they cover, as it is served; the original one within them stays.
    mutating func put(
        _ rrset: RRsetView,
        of node: NodeView,
        owner: OwnerName,
        ttl: UInt32,
        in section: Section
    ) -> Bool {
        let start = writer.mark
        guard writer.put(rrset, owner: owner, ttl: ttl, in: section) else {
            noteRecords(owner, rrset.type, rrset.count, section, isWritten: false)
            return false
        }
        if state.wantsSignatures, node.flags.contains(.rrsig), let signatures = node.rrset(TypeNumber.rrsig) {
            let name = writer.lastName
            guard writer.putSignatures(signatures, over: rrset.type, owner: owner, ttl: ttl, in: section) else {
                writer.rewind(to: start)
                noteRecords(owner, rrset.type, rrset.count, section, isWritten: false)
                return false
            }
            writer.lastName = name
        }
        noteRecords(owner, rrset.type, rrset.count, section, isWritten: true)
        return true
    }

    /// Writes what was asked for.
    mutating func putAnswer(_ rrset: RRsetView, of node: NodeView, owner: OwnerName, in zone: ZoneView) -> Bool {
        switch rrset.type {
        case TypeNumber.rrsig:
            let isWritten = writer.putAllSignatures(rrset, of: node, owner: owner)
            noteRecords(owner, rrset.type, rrset.count, .answer, isWritten: isWritten)
            return isWritten
        case TypeNumber.nsec:
            return put(rrset, of: node, owner: owner, ttl: min(rrset.ttl, zone.negativeTTL), in: .answer)
        default:
            return put(rrset, of: node, owner: owner, ttl: rrset.ttl, in: .answer)
        }
    }

    /// Says that there is no such name, or no such record: the SOA with the negative TTL (RFC 2308 3).
    mutating func deny(_ denial: Denial, encloser: Int, in zone: ZoneView) throws(ZoneReadError) {
        let owner = state.owner(zone.apexLabels, of: key)
        let ttl = zone.negativeTTL
        if state.wantsSignatures, zone.apexFlags.contains(.rrsig) {
            guard let apex = try reader.node(key, labels: zone.apexLabels), let soa = apex.rrset(TypeNumber.soa) else {
                throw .damaged
            }
            guard put(soa, of: apex, owner: owner, ttl: ttl, in: .authority) else {
                state.isTruncated = true
                return
            }
            try prove(denial, encloser: encloser, in: zone)
            return
        }
        let isWritten = unsafe writer.put(TypeNumber.soa, zone.soa, owner: owner, ttl: ttl, in: .authority)
        noteRecords(owner, TypeNumber.soa, 1, .authority, isWritten: isWritten)
        if !isWritten { state.isTruncated = true }
    }

    /// Refers to the name servers of the zone cut at the last `level` labels.
    mutating func refer(_ node: NodeView, at level: Int, in zone: ZoneView) throws(ZoneReadError) -> Step {
        note(.cut, level)
        // Authority is about the first owner in the answer section (RFC 1035 4.1.1).
        if state.steps == 0 { state.isAuthoritative = false }
        guard let servers = node.rrset(TypeNumber.ns) else { throw .damaged }
        let owner = state.owner(level, of: key)
        state.cutLabels = level
        let isWritten = writer.put(servers, owner: owner, ttl: servers.ttl, in: .authority)
        noteRecords(owner, TypeNumber.ns, servers.count, .authority, isWritten: isWritten)
        guard isWritten else {
            state.isTruncated = true
            return .done
        }
        // DS records without signatures over them prove nothing.
        guard state.wantsSignatures, zone.apexFlags.contains(.rrsig) else { return .done }
        if let ds = node.rrset(TypeNumber.ds) {
            if !put(ds, of: node, owner: owner, in: .authority) { state.isTruncated = true }
        } else {
            try proveInsecure(node, at: level, in: zone)
        }
        return .done
    }

    /// Adds the zone's own NS records to a positive answer, if there is room.
    mutating func addNameServers(in zone: ZoneView) throws(ZoneReadError) {
        switch state.type {
        case TypeNumber.dnskey, TypeNumber.ds, TypeNumber.any: return
        case TypeNumber.ns where key.labels == zone.apexLabels: return
        default: break
        }
        guard !state.isAnyClass, let apex = try reader.node(key, labels: zone.apexLabels),
            let servers = apex.rrset(TypeNumber.ns)
        else { return }
        _ = put(servers, of: apex, owner: state.owner(zone.apexLabels, of: key), in: .authority)
    }

    /// Answers SERVFAIL with nothing in it: an answer without the proof that was asked for would be taken for a forgery.
    mutating func giveUp() {
        writer.restart()
        state.code = ResponseCode.serverFailure
        state.isAuthoritative = false
        state.isTruncated = false
    }
}
