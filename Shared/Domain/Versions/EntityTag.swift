// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A strong entity tag (RFC 9110 section 8.8.3): what a client names to say which state it has seen.
///
/// All tags of a zone begin with its id and version, so that one got with a listing speaks for the zone as well.
package struct EntityTag: Hashable, Sendable, CustomStringConvertible {
    /// The tag without its quotes: letters, digits and dots.
    package let text: String

    /// The tag of a zone and its representation.
    package init(_ zone: Zone) {
        self.init(zone, representation: JSONWriter.bytes(of: zone))
    }

    /// The tag of what an answer shows of a zone.
    ///
    /// - Parameter zone: as it was before what is shown was read.
    package init(_ zone: Zone, representation: [UInt8]) {
        text = "\(Self.prefix(of: zone))\(Self.digest(representation))"
    }

    /// The tag of a record: equal for equal representations.
    package init(_ record: ZoneRecord) {
        text = "r\(record.id).\(Self.digest(JSONWriter.bytes(of: record)))"
    }

    /// The tag of the note of the domain or record with `id`.
    package init(_ note: Note, of id: Int64) {
        text = "n\(id).\(Self.digest(JSONWriter.bytes(of: note)))"
    }

    /// The tag of the labels of the domain or record with `id`.
    package init(_ labels: LabelSet, of id: Int64) {
        text = "l\(id).\(Self.digest(JSONWriter.bytes(of: labels)))"
    }

    /// The tag as header fields have it.
    package var description: String {
        "\"\(text)\""
    }

    /// What the tags of one version of a zone have in common.
    static func prefix(of zone: Zone) -> String {
        "z\(zone.id).\(zone.version)."
    }

    /// FNV-1a with 64 bits: the tag tells a client's own states apart and protects nothing.
    private static func digest(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        return String(hash, radix: 36)
    }
}
