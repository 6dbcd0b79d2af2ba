// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The octets as upper-case hexadecimal digits, for comparison with the examples.
func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { octet in
        let digits = String(octet, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "0" + digits : digits
    }.joined()
}
