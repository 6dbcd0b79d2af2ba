// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension [UInt8] {
    /// The octets of hexadecimal digits; a test with other text has a mistake in it.
    init(hex text: String) {
        var octets: [UInt8] = []
        var high: UInt8?
        for digit in text where digit != " " && digit != "\n" {
            guard let value = digit.hexDigitValue else { preconditionFailure("\(digit) is no hexadecimal digit") }
            if let first = high {
                octets.append(first << 4 | UInt8(value))
                high = nil
            } else {
                high = UInt8(value)
            }
        }
        precondition(high == nil, "an odd number of digits")
        self = octets
    }

    /// Two hexadecimal digits an octet.
    var hex: String {
        let digits = Array<Character>("0123456789abcdef")
        return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
