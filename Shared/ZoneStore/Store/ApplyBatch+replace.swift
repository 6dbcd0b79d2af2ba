// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

extension ApplyBatch {
    /// An RRset with its owner's key.
    private struct Entry {
        let key: [UInt8]
        let rrset: RRset
    }

    /// Puts a whole zone in place of what is there, if it is newer.
    mutating func replace(_ contents: ZoneContents) throws(LMDBError) -> ZoneOutcome {
        let key = OwnerKey.zone(contents.name)
        let old = try current(key)
        if let old, (contents.generation, contents.version) <= (old.generation, old.version) { return .unchanged }
        var record = ZoneRecord(
            number: takeNumber(),
            generation: contents.generation,
            version: contents.version,
            serial: contents.serial,
            hash: contents.hash
        )
        let nodes: [(key: [UInt8], value: NodeValue)]
        do throws(ZoneRefused) {
            nodes = try self.nodes(of: contents, number: record.number)
            guard let apex = nodes.first, apex.key.count == OwnerKey.zonePrefixLength else {
                throw ZoneRefused(.noSOA)
            }
            try record.takeApex(apex.value)
        } catch {
            return .refused(error.reason)
        }
        guard contents.rrsets.reduce(Hash256.zero, { $0 &+ digest(of: $1) }) == contents.hash else {
            return .hashMismatch
        }
        for node in nodes {
            record.count(node.value, key: node.key, by: 1)
            try transaction.put(environment.nodes, node.key, node.value.encoded, appending: true)
        }
        if let old { try deleteNodes(of: old) }
        try store(record, name: contents.name, key: key, replacing: old)
        return .applied
    }

    /// The nodes of a zone in the order of their keys.
    private func nodes(
        of contents: ZoneContents,
        number: UInt64
    ) throws(ZoneRefused) -> [(key: [UInt8], value: NodeValue)] {
        let apexLabels = contents.name.labelCount
        var entries: [Entry] = []
        entries.reserveCapacity(contents.rrsets.count)
        for rrset in contents.rrsets {
            let key = try Self.checkedKey(rrset, apex: contents.name, apexLabels: apexLabels, number: number)
            entries.append(Entry(key: key, rrset: rrset))
        }
        // Contents most often come in order already.
        if !zip(entries, entries.dropFirst()).allSatisfy({ Self.inOrder($0, $1) }) {
            entries.sort { Self.inOrder($0, $1) }
        }
        var nodes: [(key: [UInt8], value: NodeValue)] = []
        for entry in entries {
            if let last = nodes.indices.last, nodes[last].key == entry.key {
                guard nodes[last].value.rrsets.last?.type != entry.rrset.type else {
                    throw ZoneRefused(.duplicate(entry.rrset.key))
                }
                nodes[last].value.rrsets.append(entry.rrset)
            } else {
                nodes.append((entry.key, NodeValue(rrsets: [entry.rrset])))
            }
        }
        return nodes
    }

    /// The key of an RRset that may be stored in the zone.
    static func checkedKey(
        _ rrset: RRset,
        apex: Name,
        apexLabels: Int,
        number: UInt64
    ) throws(ZoneRefused) -> [UInt8] {
        guard rrset.owner.isSubdomain(of: apex) else { throw ZoneRefused(.outOfZone(rrset.owner)) }
        guard 1...65_535 ~= rrset.rdatas.count, rrset.rdatas.allSatisfy({ $0.count <= 65_535 }) else {
            throw ZoneRefused(.badRRset(rrset.key))
        }
        guard let key = OwnerKey.owner(rrset.owner, zone: number, apexLabels: apexLabels) else {
            throw ZoneRefused(.nameTooLong(rrset.owner))
        }
        return key
    }

    private static func inOrder(_ left: Entry, _ right: Entry) -> Bool {
        left.key == right.key
            ? left.rrset.type < right.rrset.type
            : left.key.lexicographicallyPrecedes(right.key)
    }
}

extension ZoneRecord {
    /// Adds `step` to the counts that a node belongs to.
    mutating func count(_ node: NodeValue, key: [UInt8], by step: Int) {
        let relative = key.dropFirst(OwnerKey.zonePrefixLength)
        let flags = node.flags
        if flags.contains(.dname) || (flags.contains(.ns) && !relative.isEmpty) { hiding = Self.add(step, to: hiding) }
        if Self.hasWildcardLabel(relative) { wildcards = Self.add(step, to: wildcards) }
    }

    private static func add(_ step: Int, to count: UInt32) -> UInt32 {
        UInt32(clamping: Int(count) + step)
    }

    /// Whether one of the labels is a lone `*`, which makes the name or one above it a source of wildcards.
    private static func hasWildcardLabel(_ relative: ArraySlice<UInt8>) -> Bool {
        relative.split(separator: 0, omittingEmptySubsequences: false).contains {
            $0.elementsEqual(CollectionOfOne(0x2A))
        }
    }
}
