// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The bounds of a LOC record's fields (RFC 1876 2).
package enum LocationRules {
    /// The equator and the prime meridian on the wire.
    package static let origin: UInt32 = 1 << 31
    /// Ninety degrees in thousandths of an arc second.
    package static let quarterTurn: UInt32 = 90 * 3_600_000

    /// Passes over the sixteen octets; throws unless the version is 0 and all is in bounds.
    package static func check(_ reader: inout WireReader) throws(WireError) {
        guard try reader.readUInt8() == 0 else { throw .badLocation }
        for _ in 0..<3 {
            let size = try reader.readUInt8()
            guard size >> 4 <= 9, size & 15 <= 9 else { throw .badLocation }
        }
        let latitude = try reader.readUInt32()
        let longitude = try reader.readUInt32()
        _ = try reader.readUInt32()
        guard (origin - quarterTurn)...(origin + quarterTurn) ~= latitude,
            (origin - 2 * quarterTurn)...(origin + 2 * quarterTurn) ~= longitude
        else { throw .badLocation }
    }
}
