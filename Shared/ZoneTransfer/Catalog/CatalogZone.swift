// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// A catalog zone (RFC 9432, version 2): the list of zones that another server is to serve, as a zone to be transferred.
///
///     CAT                      SOA   invalid. invalid. SERIAL 3600 600 2419200 60
///     CAT                      NS    invalid.
///     version.CAT              TXT   "2"
///     LABEL.zones.CAT          PTR   ZONE                    for each member
///
/// A value: whoever transfers from one sees one version, whatever changes meanwhile. It remembers the last changes, so that
/// a zone that comes or goes costs followers and this side two records, not the catalog.
package struct CatalogZone: Sendable {
    /// How many records the remembered changes have at most.
    static let rememberedRecords = 50_000
    /// And how many changes there are at most.
    static let rememberedSteps = 10_000
    /// Of all records. Nobody resolves them.
    private static let ttl: UInt32 = 60

    /// One step from a version to the next.
    package struct Step: Sendable, Hashable {
        /// The version before.
        package let from: UInt32
        /// The version after.
        package let to: UInt32
        /// Zones that went, in the life that they had.
        package let removed: [CatalogMember]
        /// Zones that came.
        package let added: [CatalogMember]

        var records: Int { removed.count + added.count + 2 }
    }

    /// The apex, in lower case.
    package let name: Name
    /// The version; it only grows (RFC 1982).
    package private(set) var serial: UInt32
    /// The members: zones and their generations.
    package private(set) var members: [Name: UInt64]
    private(set) var steps: ArraySlice<Step> = []
    private var remembered = 0
    private let zones: Name

    /// A catalog at a version. Throws for a name that leaves no room for members.
    package init(name: Name, serial: UInt32, members: [Name: UInt64]) throws(WireError) {
        self.name = name.lowercased()
        self.serial = serial
        self.members = members
        zones = try self.name.prepending("zones".utf8)
        _ = try zones.prepending([UInt8](repeating: 0x30, count: 32))
    }

    /// Takes in what has happened to zones: their generation now, or nil for those that are gone. Gives back the step to
    /// the next version; nil when nothing has changed.
    ///
    /// - Parameter now: seconds since 1970, which serials follow, so that a server whose memory was lost goes on with
    ///   greater ones.
    package mutating func apply(_ changes: [(zone: Name, generation: UInt64?)], now: UInt32) -> Step? {
        var removed: [CatalogMember] = []
        var added: [CatalogMember] = []
        var before: [Name: UInt64?] = [:]
        for (zone, generation) in changes {
            let zone = zone.lowercased()
            let old = members[zone]
            guard old != generation else { continue }
            // What a zone was before the first of its changes counts, once.
            if before.index(forKey: zone) == nil { before.updateValue(old, forKey: zone) }
            members[zone] = generation
        }
        for (zone, old) in before where members[zone] != old {
            if let old { removed.append(CatalogMember(zone: zone, generation: old)) }
            if let new = members[zone] { added.append(CatalogMember(zone: zone, generation: new)) }
        }
        guard !removed.isEmpty || !added.isEmpty else { return nil }
        let next = SerialNumber.isNewer(now, than: serial) ? now : serial &+ 1
        let step = Step(from: serial, to: next, removed: removed, added: added)
        remember(step)
        serial = next
        return step
    }

    private mutating func remember(_ step: Step) {
        steps.append(step)
        remembered += step.records
        while remembered > Self.rememberedRecords || steps.count > Self.rememberedSteps, let first = steps.first {
            remembered -= first.records
            steps.removeFirst()
        }
    }

    /// The SOA record.
    package var soa: RRset { soa(serial) }

    /// The name servers: none (RFC 9432 4).
    package var ns: RRset {
        RRset(owner: name, type: .ns, ttl: Self.ttl, rdatas: [Self.invalid.wire])
    }

    /// The version of the form of catalogs.
    package var version: RRset {
        get throws(WireError) {
            RRset(owner: try name.prepending("version".utf8), type: .txt, ttl: Self.ttl, rdatas: [[1, 0x32]])
        }
    }

    func soa(_ serial: UInt32) -> RRset {
        var rdata = Self.invalid.wire + Self.invalid.wire
        for number in [serial, 3_600, 600, 2_419_200, 60] {
            rdata += (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * UInt32($0))) }
        }
        return RRset(owner: name, type: .soa, ttl: Self.ttl, rdatas: [rdata])
    }

    func rrset(_ member: CatalogMember) throws(WireError) -> RRset {
        RRset(owner: try zones.prepending(member.label), type: .ptr, ttl: Self.ttl, rdatas: [member.zone.wire])
    }

    private static let invalid = Name(validated: [7] + Array("invalid".utf8) + [0])
}
