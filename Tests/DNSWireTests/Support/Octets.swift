// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Octets of hexadecimal digits and blanks; anything else ends the test with an index error, not a wrong result.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }.map { UInt8(truncatingIfNeeded: $0.hexDigitValue ?? 256) }
    precondition(digits.count.isMultiple(of: 2), "a digit is missing")
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

/// A name of labels without escapes, absolute.
func name(_ text: String) throws -> Name {
    try Name(labels: text.split(separator: ".").map { Array($0.utf8) })
}

/// What a reader at `offset` makes of the name there, and where it stands behind it.
func readName(
    _ octets: [UInt8],
    at offset: Int = 0,
    pointers: WireReader.Pointers = .allowed
) throws(WireError) -> (name: Name, position: Int) {
    var reader = WireReader(octets.span)
    try reader.skip(offset)
    let name = try reader.readName(pointers: pointers)
    return (name, reader.position)
}
