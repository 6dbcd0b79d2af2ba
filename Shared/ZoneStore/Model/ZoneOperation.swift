// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// One thing to do to one zone.
package enum ZoneOperation: Hashable, Sendable {
    /// Puts a whole zone in place of what is there, if it is newer.
    case replace(ZoneContents)
    /// Puts a whole zone in place of what is there, also when that is newer: what is there is of another history.
    case overwrite(ZoneContents)
    /// Takes a zone from one version to the next.
    case update(ZoneUpdate)
    /// Removes a zone, unless what is there is newer than `generation` and `version`.
    case delete(name: Name, generation: UInt64, version: UInt64)
}

/// What became of an operation.
package enum ZoneOutcome: Hashable, Sendable {
    /// The zone is now as the operation says.
    case applied
    /// The zone was as new already, or newer: a replay.
    case unchanged
    /// The update starts from another version or generation than the zone has, or from a zone that is not there.
    case baseMismatch
    /// The RRsets do not add up to the hash; nothing of the zone was changed.
    case hashMismatch
    /// The zone as it would become cannot be served; nothing of it was changed.
    case refused(ZoneRefusal)
}

/// Why a zone cannot be stored.
package enum ZoneRefusal: Hashable, Sendable {
    /// There would be no SOA record at the apex: nothing would be left of the zone.
    case noSOA
    /// The SOA at the apex is not one well-formed record.
    case badSOA
    /// The SOA's serial is not the one announced.
    case serialMismatch
    /// An owner does not lie within the zone.
    case outOfZone(Name)
    /// An owner and type occur twice.
    case duplicate(RRsetKey)
    /// An RRset has no record, more than 65,535, or one whose data is longer than 65,535 octets.
    case badRRset(RRsetKey)
    /// A key in the file cannot be as long as this owner would need.
    case nameTooLong(Name)
    /// The version of an update does not come after its base.
    case badVersion
}

extension ZoneRefusal: CustomStringConvertible {
    /// The reason in words.
    package var description: String {
        switch self {
        case .noSOA: "the zone would have no SOA record at its apex"
        case .badSOA: "the zone's SOA must be one well-formed record"
        case .serialMismatch: "the SOA's serial is not the announced one"
        case .outOfZone: "an owner lies outside of the zone"
        case .duplicate(let key): "an RRset of type \(key.type) occurs twice"
        case .badRRset(let key): "an RRset of type \(key.type) has no records, too many, or too long ones"
        case .nameTooLong: "an owner's name is too long for the file's keys"
        case .badVersion: "the version does not come after its base"
        }
    }
}
