// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Puts the records of a transfer together as they come, and knows where it ends (RFC 5936 2.2, RFC 1995 4).
struct IncomingAssembly: Sendable {
    private enum State: Sendable {
        /// Nothing came yet.
        case start
        /// The first SOA record came, and it is open what follows.
        case first
        /// Records of the whole zone come.
        case whole
        /// Records come that go.
        case removing(IncomingDifference)
        /// Records come that are new.
        case adding(IncomingDifference)
        /// Nothing more may come.
        case over(IncomingZone)
    }

    private let zone: Name
    private let kind: IncomingTransfer.Kind
    /// The serial that differences begin at.
    private let known: UInt32?
    private let mostRecords: Int
    private var state = State.start
    private var count = 0
    private var newest: (record: ResourceRecord, serial: UInt32)?
    private var records: [ResourceRecord] = []
    private var differences: [IncomingDifference] = []

    init(zone: Name, kind: IncomingTransfer.Kind, mostRecords: Int) throws(IncomingFailure) {
        self.zone = zone
        self.kind = kind
        self.mostRecords = mostRecords
        if case .since(let soa) = kind { known = try Self.serial(of: soa) } else { known = nil }
    }

    /// What has come, if that is all; asked for behind each message.
    func result() throws(IncomingFailure) -> IncomingZone? {
        switch state {
        case .over(let zone):
            return zone
        case .first:
            // The primary has nothing newer (RFC 1995 2). A newer SOA record alone is the beginning of something.
            guard let known, let newest, !SerialNumber.isNewer(newest.serial, than: known) else { return nil }
            return .upToDate(serial: newest.serial)
        default:
            return nil
        }
    }

    /// Takes the next record.
    mutating func take(_ record: ResourceRecord) throws(IncomingFailure) {
        count += 1
        guard count <= mostRecords else { throw .tooLarge("\(mostRecords) records") }
        try check(record)
        switch state {
        case .start:
            guard record.type == .soa else { throw .malformed("the first record is not the zone's SOA") }
            let serial = try Self.serial(of: record)
            newest = (record, serial)
            records = [record]
            if case .serial = kind { state = .over(.upToDate(serial: serial)) } else { state = .first }
        case .first:
            try takeSecond(record)
        case .whole:
            try takeOfWhole(record)
        case .removing(let difference):
            try takeRemoved(record, difference)
        case .adding(let difference):
            try takeAdded(record, difference)
        case .over:
            throw .malformed("there are records behind the end")
        }
    }

    private mutating func takeSecond(_ record: ResourceRecord) throws(IncomingFailure) {
        guard let known, record.type == .soa, try Self.serial(of: record) == known else {
            state = .whole
            return try takeOfWhole(record)
        }
        guard let newest, SerialNumber.isNewer(newest.serial, than: known) else {
            throw .malformed("there are differences to a serial that is not newer")
        }
        records = []
        state = .removing(IncomingDifference(oldSOA: record, newSOA: record))
    }

    private mutating func takeOfWhole(_ record: ResourceRecord) throws(IncomingFailure) {
        guard record.type == .soa else {
            records.append(record)
            return
        }
        guard record == records.first else { throw .malformed("the last SOA record differs from the first") }
        let whole = records
        records = []
        state = .over(.whole(whole))
    }

    private mutating func takeRemoved(
        _ record: ResourceRecord,
        _ difference: IncomingDifference
    ) throws(IncomingFailure) {
        var difference = difference
        // The state is let go of before the difference grows, so that it is not copied with every record.
        state = .start
        guard record.type == .soa else {
            difference.removed.append(record)
            state = .removing(difference)
            return
        }
        guard SerialNumber.isNewer(try Self.serial(of: record), than: try Self.serial(of: difference.oldSOA)) else {
            throw .malformed("the serials of the differences do not grow")
        }
        difference.newSOA = record
        state = .adding(difference)
    }

    private mutating func takeAdded(
        _ record: ResourceRecord,
        _ difference: IncomingDifference
    ) throws(IncomingFailure) {
        var difference = difference
        state = .start
        guard record.type == .soa else {
            difference.added.append(record)
            state = .adding(difference)
            return
        }
        guard try Self.serial(of: record) == Self.serial(of: difference.newSOA), let newest else {
            throw .malformed("the differences do not follow each other")
        }
        differences.append(difference)
        guard try Self.serial(of: record) == newest.serial else {
            state = .removing(IncomingDifference(oldSOA: record, newSOA: record))
            return
        }
        guard record == newest.record, difference.newSOA == newest.record else {
            throw .malformed("the last SOA record differs from the first")
        }
        state = .over(.differences(differences))
    }

    /// What holds for every record: one class, within the zone, of a type that can be in one, and readable.
    private func check(_ record: ResourceRecord) throws(IncomingFailure) {
        guard record.rrclass == .internet else { throw .malformed("a record is not of the class IN") }
        guard record.owner.isSubdomain(of: zone) else { throw .malformed("a record is out of the zone") }
        guard !record.type.isMeta else { throw .malformed("a record is of the type \(record.type)") }
        guard record.type != .soa || record.owner == zone else {
            throw .malformed("an SOA record is not at the zone's apex")
        }
        // RFC 2181 8.
        guard record.ttl <= UInt32(Int32.max) else { throw .malformed("a TTL is too large") }
        do throws(WireError) {
            try RDataValidator.validate(record.type, record.rdata)
        } catch {
            throw .malformed("a \(record.type) record cannot be read: \(error)")
        }
    }

    private static func serial(of record: ResourceRecord) throws(IncomingFailure) -> UInt32 {
        do throws(WireError) {
            return try RData.SOA(rdata: record.rdata).serial
        } catch {
            throw .malformed("the SOA record cannot be read: \(error)")
        }
    }
}
