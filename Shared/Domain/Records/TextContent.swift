// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// TXT content as clients write it: bare text, or one or more strings in double quotes (RFC 1035 5.1).
enum TextContent {
    /// The RDATA of `content`: character-strings of at most 255 octets, longer ones split.
    ///
    /// Bare text is taken literally, backslashes too. Nil when quoted content is not quoted properly, or when bare text
    /// has control characters.
    static func rdata(_ content: String) -> [UInt8]? {
        let bytes = Array(content.utf8)
        guard bytes.first == quote else {
            guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                return nil
            }
            return characterStrings(bytes)
        }
        var rdata: [UInt8] = []
        var position = 0
        while position < bytes.count {
            guard bytes[position] == quote, let string = quoted(bytes, &position) else {
                return nil
            }
            appendStrings(string[...], to: &rdata)
            let next = position
            while position < bytes.count, bytes[position] == space || bytes[position] == tab {
                position += 1
            }
            if position < bytes.count, position == next {
                return nil
            }
        }
        return rdata
    }

    /// The RDATA of `text` taken literally.
    static func characterStrings(_ text: some Sequence<UInt8>) -> [UInt8] {
        var rdata: [UInt8] = []
        appendStrings(Array(text)[...], to: &rdata)
        return rdata
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")
    private static let space = UInt8(ascii: " ")
    private static let tab = UInt8(ascii: "\t")

    private static func appendStrings(_ octets: ArraySlice<UInt8>, to rdata: inout [UInt8]) {
        var rest = octets
        repeat {
            let chunk = rest.prefix(255)
            rdata.append(UInt8(truncatingIfNeeded: chunk.count))
            rdata.append(contentsOf: chunk)
            rest = rest.dropFirst(255)
        } while !rest.isEmpty
    }

    /// The octets of the quoted string at `position`, which ends up behind its closing quote.
    private static func quoted(_ bytes: [UInt8], _ position: inout Int) -> [UInt8]? {
        position += 1
        var string: [UInt8] = []
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case quote:
                return string
            case backslash:
                guard let octet = escaped(bytes, &position) else {
                    return nil
                }
                string.append(octet)
            case 0x00..<0x20, 0x7F:
                return nil
            default:
                string.append(byte)
            }
        }
        return nil
    }

    /// The octet that the escape behind a backslash stands for: `\X`, or `\DDD` up to 255.
    private static func escaped(_ bytes: [UInt8], _ position: inout Int) -> UInt8? {
        guard position < bytes.count else {
            return nil
        }
        let first = bytes[position]
        position += 1
        guard RecordName.isDigit(first) else {
            return first
        }
        let digits = bytes[position...].prefix(2)
        guard digits.count == 2, digits.allSatisfy(RecordName.isDigit) else {
            return nil
        }
        position += 2
        return UInt8(exactly: digits.reduce(Int(first) - 0x30) { $0 * 10 + Int($1) - 0x30 })
    }
}
