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
        /// The wildcard that matches has no records of the type.
        case wildcardNoData
        /// The wildcard that matches is an empty non-terminal.
        case emptyWildcard
        /// There is no such name and no wildcard.
        case noName
    }

    /// Writes an RRset, and its signatures if they are wanted: both or none.
    mutating func put(_ rrset: RRsetView, of node: NodeView, owner: OwnerName, in section: Section) -> Bool {
        put(rrset, of: node, owner: owner, ttl: rrset.ttl, in: section)
    }

    private mutating func put(
        _ rrset: RRsetView,
        of node: NodeView,
        owner: OwnerName,
        ttl: UInt32,
        in section: Section
    ) -> Bool {
        let start = writer.mark
        guard writer.put(rrset, owner: owner, ttl: ttl, in: section) else { return false }
        guard state.wantsSignatures, node.flags.contains(.rrsig), rrset.type != TypeNumber.rrsig,
            let signatures = node.rrset(TypeNumber.rrsig)
        else { return true }
        let name = writer.lastName
        guard writer.putSignatures(signatures, over: rrset.type, owner: owner, ttl: ttl, in: section) else {
            writer.rewind(to: start)
            return false
        }
        writer.lastName = name
        return true
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
        } else if unsafe !writer.put(TypeNumber.soa, zone.soa, owner: owner, ttl: ttl, in: .authority) {
            state.isTruncated = true
        }
    }

    /// Refers to the name servers of the zone cut at the last `level` labels.
    mutating func refer(_ node: NodeView, at level: Int, in zone: ZoneView) throws(ZoneReadError) -> Step {
        // Authority is about the first owner in the answer section (RFC 1035 4.1.1).
        if state.steps == 0 { state.isAuthoritative = false }
        guard let servers = node.rrset(TypeNumber.ns) else { throw .damaged }
        let owner = state.owner(level, of: key)
        state.cutLabels = level
        guard writer.put(servers, owner: owner, ttl: servers.ttl, in: .authority) else {
            state.isTruncated = true
            return .done
        }
        // DS records without signatures over them prove nothing.
        guard state.wantsSignatures, zone.apexFlags.contains(.rrsig) else { return .done }
        if let ds = node.rrset(TypeNumber.ds) {
            if !put(ds, of: node, owner: owner, in: .authority) { state.isTruncated = true }
        } else {
            try proveInsecure(node, owner: owner, in: zone)
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
}
