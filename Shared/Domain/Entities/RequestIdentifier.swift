// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A UUID that names one request or one event, in lower-case text form (RFC 9562).
package struct RequestIdentifier: Hashable, Sendable, CustomStringConvertible {
    /// 36 characters, lower case.
    package let text: String

    /// A new random identifier (version 4).
    package init() {
        var random = SystemRandomNumberGenerator()
        self.init(using: &random)
    }

    /// A new identifier (version 4) from `random`.
    package init(using random: inout some RandomNumberGenerator) {
        let high = random.next() & ~0xF000 | 0x4000
        let low = random.next() & ~(0b11 << 62) | (0b10 << 62)
        let digits = Self.hex(high) + Self.hex(low)
        self.text = Self.grouped(digits)
    }

    /// The identifier written in `text`, or nil when that is no UUID.
    package init?(_ text: some StringProtocol) {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        let isHex = groups.allSatisfy { group in group.utf8.allSatisfy(Self.isHexDigit) }
        guard groups.map(\.utf8.count) == [8, 4, 4, 4, 12], isHex else {
            return nil
        }
        self.text = text.lowercased()
    }

    package var description: String {
        text
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    private static func grouped(_ digits: String) -> String {
        var text = ""
        text.reserveCapacity(36)
        for (offset, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(offset) {
                text.append("-")
            }
            text.append(digit)
        }
        return text
    }
}
