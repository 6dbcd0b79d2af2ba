// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension UInt8 {
    /// The number of two hexadecimal digits; nil for anything else.
    init?(hexDigits digits: Substring) {
        guard digits.utf8.count == 2, digits.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }) else { return nil }
        self.init(digits, radix: 16)
    }

    /// Two hexadecimal digits in lower case.
    var hexDigits: String {
        (self < 0x10 ? "0" : "") + String(self, radix: 16)
    }
}
