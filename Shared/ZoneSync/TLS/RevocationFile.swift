// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A file of certificates that are not to be trusted any more: one serial number a line, in hexadecimal digits.
///
/// What follows a `#` is for people. `zonewright pki revoke` writes it. Leading zeroes, colons and the case of letters
/// mean nothing.
enum RevocationFile {
    /// Reads the serial numbers, without leading zero octets.
    static func read(_ path: String) throws(UnusableFile) -> Set<[UInt8]> {
        try parse(try SecretFile(path: path).octets, path: path)
    }

    /// The serial numbers of a file's octets.
    static func parse(_ octets: [UInt8], path: String) throws(UnusableFile) -> Set<[UInt8]> {
        var serials: Set<[UInt8]> = []
        var number = 0
        for line in octets.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let digits = line.prefix { $0 != 0x23 }.filter { ![0x20, 0x09, 0x0D, 0x3A].contains($0) }
            if digits.isEmpty { continue }
            let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
            // 20 octets are the most that a serial number may have (RFC 5280 4.1.2.2).
            guard values.count == digits.count, values.count <= 40 else {
                throw UnusableFile(path: path, reason: "line \(number) is not a serial number in hexadecimal digits")
            }
            let even = values.count.isMultiple(of: 2) ? values : [0] + values
            serials.insert(
                significant(stride(from: 0, to: even.count, by: 2).map { UInt8(even[$0] << 4 | even[$0 + 1]) })
            )
        }
        return serials
    }

    /// A serial number as it is compared: without leading zero octets.
    static func significant(_ serial: [UInt8]) -> [UInt8] {
        Array(serial.drop { $0 == 0 })
    }
}
