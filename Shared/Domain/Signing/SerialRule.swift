// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Which serials an imported SOA may have: those that secondaries take for newer (RFC 1982, RFC 1034 4.3.5).
struct SerialRule {
    /// The furthest of the serials that are published or about to be; nil when there are none.
    let current: UInt32?

    /// - Parameter soa: the SOA record that the zone has now.
    init(_ standing: ZoneStanding, soa: StoredRecord?) {
        // An ordinary zone's own serial is only where it began.
        let stored = standing.isPresigned ? soa.flatMap { ZoneSerial.of(soa: $0.rdata) } : nil
        guard let published = standing.publishedSerial, let stored else {
            current = standing.publishedSerial ?? stored
            return
        }
        current = ZoneSerial.isAhead(stored, of: published) ? stored : published
    }

    /// Why a presigned zone cannot have the serial, or nil.
    ///
    /// - Parameter changes: whether any record differs from those of the zone.
    func fault(of serial: UInt32, changes: Bool) -> String? {
        guard let current, !ZoneSerial.isAhead(serial, of: current) else {
            return nil
        }
        if serial == current {
            return changes ? "the serial \(serial) is that of the zone, but the records differ: \(Self.remedy)" : nil
        }
        return "the serial \(serial) is not ahead of \(current), which is published: \(Self.remedy)"
    }

    /// Whether an ordinary zone's SOA means the same as that of a file: but for the serial, which only moves forward.
    ///
    /// The first publication takes the record's own serial, so that before it any difference counts.
    func isUnchanged(_ row: StoredRecord, by draft: RecordDraft) -> Bool {
        guard let current, let serial = ZoneSerial.of(soa: draft.rdata) else {
            return false
        }
        let stored = ZoneSerial.of(soa: row.rdata) ?? current
        return ZoneSerial.isOnlyDifference(between: row.rdata, and: draft.rdata)
            && !(ZoneSerial.isAhead(serial, of: current) && ZoneSerial.isAhead(serial, of: stored))
    }

    private static let remedy = "raise it and sign the zone again"
}
