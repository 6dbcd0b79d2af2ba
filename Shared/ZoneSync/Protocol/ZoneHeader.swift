// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// The fields that name a zone's state in `PUT`, `ZONE` and `DIFF`: for a DIFF the state it leads to.
package struct ZoneHeader: Sendable, Equatable {
    /// Lower-case absolute presentation form, with the final dot.
    package var zone: String
    /// Which life of the name this is.
    package var generation: UInt64
    /// Counts the publications of the generation.
    package var version: UInt64
    /// The SOA's serial.
    package var serial: UInt32
    /// The zone hash of the state.
    package var hash: Hash256

    /// A header of these values.
    package init(zone: String, generation: UInt64, version: UInt64, serial: UInt32, hash: Hash256) {
        self.zone = zone
        self.generation = generation
        self.version = version
        self.serial = serial
        self.hash = hash
    }

    init(_ line: ControlLine) throws(ProtocolError) {
        zone = String(try line.required("zone"))
        generation = try line.number("gen")
        version = try line.number("ver")
        serial = try line.number("serial")
        hash = try line.hash("hash")
    }

    /// The fields as they stand in a control line.
    var fields: String {
        "zone=\(zone) gen=\(generation) ver=\(version) serial=\(serial) hash=\(hash)"
    }
}

extension ControlLine {
    /// The 64 hexadecimal digits that a key must have.
    func hash(_ key: Substring) throws(ProtocolError) -> Hash256 {
        guard let hash = Hash256(hexDigits: Array(try required(key).utf8)) else {
            throw ProtocolError(.syntax, "\(verb): \(key) is not 64 hexadecimal digits")
        }
        return hash
    }
}
