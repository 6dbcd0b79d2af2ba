// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// Where the RRsets of one owner are kept.
struct OwnerPlace: Hashable {
    /// The key among the nodes.
    let key: [UInt8]
    /// The key among the NSEC3 records, when the owner is a hash.
    let hashedKey: [UInt8]?

    /// The place of `owner` in the zone with `number` whose apex has `apexLabels` labels; nil when the key would be too
    /// long.
    init?(_ owner: Name, zone number: UInt64, apexLabels: Int) {
        guard let key = OwnerKey.owner(owner, zone: number, apexLabels: apexLabels) else { return nil }
        self.key = key
        hashedKey = NSEC3Owner.key(owner, zone: number, apexLabels: apexLabels)
    }

    private init(key: [UInt8], hashedKey: [UInt8]?) {
        self.key = key
        self.hashedKey = hashedKey
    }

    /// The place of the same owner when the zone has another number.
    func inZone(_ number: UInt64) -> OwnerPlace {
        let prefix = OwnerKey.prefix(of: number)
        if key.starts(with: prefix) { return self }
        return OwnerPlace(
            key: prefix + key.dropFirst(prefix.count),
            hashedKey: hashedKey.map { prefix + $0.dropFirst(prefix.count) }
        )
    }

    static func == (left: OwnerPlace, right: OwnerPlace) -> Bool { left.key == right.key }

    func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// The RRsets of one owner as values of the file.
struct OwnerValues {
    /// The node and its value; nil when the owner has no node.
    var node: (value: NodeValue, octets: [UInt8])?
    /// The NSEC3 records with their signatures and their value; nil when the owner has none.
    var hashed: (value: NodeValue, octets: [UInt8])?

    /// No RRsets.
    init() {}

    /// The values of RRsets in ascending order of types.
    init(_ rrsets: [RRset], at place: OwnerPlace) {
        var node = rrsets
        if let key = place.hashedKey {
            let parts = NSEC3Owner.part(rrsets)
            node = parts.node
            if !parts.hashed.isEmpty {
                let value = NodeValue(rrsets: parts.hashed)
                hashed = (value, value.encoded(key: key))
            }
        }
        if !node.isEmpty {
            let value = NodeValue(rrsets: node)
            self.node = (value, value.encoded(key: place.key))
        }
    }

    /// All RRsets in ascending order of types.
    var rrsets: [RRset] {
        NSEC3Owner.join(node: node?.value.rrsets ?? [], hashed: hashed?.value.rrsets ?? [])
    }
}

extension ZoneRecord {
    /// Adds what an owner counts for.
    mutating func add(_ owner: OwnerValues, at place: OwnerPlace) {
        if let node = owner.node { count(node.value, key: place.key, by: 1) }
        for part in [owner.node, owner.hashed] {
            guard let part else { continue }
            nodeSum &+= ValueChecksum.stored(in: part.octets)
            nodeOctets &+= UInt64(part.octets.count)
            records = UInt32(clamping: Int(records) + part.value.recordCount)
        }
    }

    /// Takes away what an owner counts for.
    mutating func subtract(_ owner: OwnerValues, at place: OwnerPlace) {
        if let node = owner.node { count(node.value, key: place.key, by: -1) }
        for part in [owner.node, owner.hashed] {
            guard let part else { continue }
            nodeSum &-= ValueChecksum.stored(in: part.octets)
            nodeOctets &-= min(nodeOctets, UInt64(part.octets.count))
            records = UInt32(clamping: Int(records) - part.value.recordCount)
        }
    }

    private mutating func count(_ node: NodeValue, key: [UInt8], by step: Int) {
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
        var start = relative.startIndex
        while start < relative.endIndex {
            if relative[start] == 0x2A, start + 1 < relative.endIndex, relative[start + 1] == 0 { return true }
            guard let end = relative[start...].firstIndex(of: 0) else { return false }
            start = end + 1
        }
        return false
    }
}
