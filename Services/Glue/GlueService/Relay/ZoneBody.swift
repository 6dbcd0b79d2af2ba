// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneSync

/// One zone of a replica as the lines of a message, read in one transaction that has ended.
struct ZoneBody: Sendable {
    private enum Lines: Sendable {
        case memory([String])
        case file(SpoolFile)
    }

    /// Octets of a zone in the replica above which its lines go to a file.
    static let spoolOctets = 1 << 20
    /// Octets of a piece.
    private static let pieceOctets = 64 << 10

    /// What the lines are of.
    let zone: OriginZone
    /// Octets that the zone takes in the replica.
    let octets: Int
    private let lines: Lines

    /// Reads the zone with the apex `name`; nil when it is not held. Blocks; files are made in `folder`.
    init?(of name: Name, in store: ZoneStore, folder: String) throws {
        let snapshot = try store.transferSnapshot()
        guard let summary = try snapshot.zone(name) else { return nil }
        zone = OriginZone(
            name: summary.name.text,
            generation: summary.generation,
            version: summary.version,
            serial: summary.serial,
            hash: summary.hash,
            lines: summary.records
        )
        octets = summary.octets
        if summary.octets > Self.spoolOctets {
            lines = .file(
                try SpoolFile(folder: folder) { piece in try Self.render(summary.name, snapshot, piece) }
            )
        } else {
            var pieces: [String] = []
            try Self.render(summary.name, snapshot) { pieces.append(String(decoding: $0, as: UTF8.self)) }
            lines = .memory(pieces)
        }
    }

    /// Hands the zone to a sink; what has to be read for that is read by `reading`.
    func hand(
        to sink: any OriginZoneSink,
        reading: (@escaping @Sendable () throws -> String) async throws -> String
    ) async throws {
        try await sink.begin(zone)
        switch lines {
        case .memory(let pieces):
            for piece in pieces { try await sink.lines(piece) }
        case .file(let file):
            for index in 0..<file.pieces {
                let piece = try await reading { try file.piece(index) }
                try await sink.lines(piece)
            }
        }
        try await sink.end()
    }

    private static func render(
        _ apex: Name,
        _ snapshot: TransferSnapshot,
        _ take: (_ piece: [UInt8]) throws -> Void
    ) throws {
        var walk = try TransferWalk(snapshot, of: apex)
        var text: [UInt8] = []
        text.reserveCapacity(pieceOctets + 4_096)
        _ = try walk.forEach { owner in
            // SAFETY: copied before the walk goes on.
            let name = try Name(wire: unsafe [UInt8](owner.labels) + apex.wire)
            _ = try unsafe owner.forEachRecord { type, ttl, rdata in
                // SAFETY: as above.
                let octets = unsafe [UInt8](rdata)
                ResourceRecord(
                    owner: name,
                    type: RRType(rawValue: type),
                    rrclass: .internet,
                    ttl: ttl,
                    rdata: octets
                ).appendLine(to: &text)
                text.append(0x0A)
                if text.count >= pieceOctets {
                    try take(text)
                    text.removeAll(keepingCapacity: true)
                }
                return true
            }
            return true
        }
        if !text.isEmpty { try take(text) }
    }
}
