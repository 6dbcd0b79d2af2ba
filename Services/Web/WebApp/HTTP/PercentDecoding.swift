// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension StringProtocol {
    /// The text with its percent escapes decoded (RFC 3986 section 2.1), as it stands when an escape is broken or the
    /// result is not UTF-8: such a text then names nothing, which is what the client is told.
    ///
    /// - Parameter plusIsSpace: whether `+` stands for a space, as in the query of a form.
    func percentDecoded(plusIsSpace: Bool = false) -> String {
        let utf8 = Array(self.utf8)
        guard utf8.contains(UInt8(ascii: "%")) || (plusIsSpace && utf8.contains(UInt8(ascii: "+"))) else {
            return String(self)
        }
        var decoded: [UInt8] = []
        decoded.reserveCapacity(utf8.count)
        var index = 0
        while index < utf8.count {
            let byte = utf8[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < utf8.count,
                    let high = Character(Unicode.Scalar(utf8[index + 1])).hexDigitValue,
                    let low = Character(Unicode.Scalar(utf8[index + 2])).hexDigitValue
                else { return String(self) }
                decoded.append(UInt8(high << 4 | low))
                index += 3
            } else {
                decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                index += 1
            }
        }
        return String(validating: decoded, as: UTF8.self) ?? String(self)
    }
}
