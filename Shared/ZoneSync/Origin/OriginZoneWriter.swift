// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Passes one zone from the source on, as the body of a `PUT` or `ZONE`.
struct OriginZoneWriter: OriginZoneSink {
    /// Position and lane of the `PUT`; nil for a `ZONE`.
    let entry: (position: UInt64, lane: UInt8)?
    let writer: OriginWriter

    func begin(_ zone: OriginZone) async throws {
        let header = ZoneHeader(zone)
        let message: ServerMessage =
            if let entry {
                .put(position: entry.position, header, lines: zone.lines, lane: entry.lane)
            } else {
                .zone(header, lines: zone.lines)
            }
        await writer.open(message)
    }

    func lines(_ text: String) async throws {
        try await writer.lines(text)
    }

    func end() async throws {
        try await writer.close()
    }
}

/// Passes all zones on in chunks, each begun only when the consumer has credit left.
actor OriginSnapshotWriter: OriginZoneSink {
    private let writer: OriginWriter
    private let connection: OriginConnection
    private var chunk: UInt64 = 0
    private var zones = 0
    private var lastGeneration: UInt64 = 0

    init(writer: OriginWriter, connection: OriginConnection) {
        self.writer = writer
        self.connection = connection
    }

    func begin(_ zone: OriginZone) async throws {
        let isFull = await writer.writtenOctets >= connection.chunkOctets
        if zones == ProtocolLimits.chunkZones || (isFull && zones > 0) {
            try await endChunk()
            try await connection.waitForCredit()
        }
        zones += 1
        lastGeneration = zone.generation
        await writer.open(.zone(ZoneHeader(zone), lines: zone.lines))
    }

    func lines(_ text: String) async throws {
        try await writer.lines(text)
    }

    func end() async throws {
        try await writer.close()
    }

    /// Ends the chunk begun, if there is one.
    func endChunk() async throws {
        guard zones > 0 else { return }
        chunk += 1
        zones = 0
        try await writer.write(.chunk(number: chunk, after: lastGeneration))
        try await writer.flush()
        connection.sentChunk(chunk, octets: await writer.takeOctets())
    }
}

extension ZoneHeader {
    /// The header of a zone from the source.
    init(_ zone: OriginZone) {
        self.init(
            zone: zone.name,
            generation: zone.generation,
            version: zone.version,
            serial: zone.serial,
            hash: zone.hash
        )
    }

    /// The header of the state that an entry leads to.
    init(_ entry: OriginEntry) {
        self.init(
            zone: entry.zone,
            generation: entry.generation,
            version: entry.version,
            serial: entry.serial,
            hash: entry.hash
        )
    }
}
