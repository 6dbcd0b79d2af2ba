// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What RFC 1035 4.1.4 says of a name in a message, without a thought for speed.
struct PlainName {
    /// The uncompressed form.
    let wire: [UInt8]
    /// Where the name ends in the message.
    let end: Int

    /// Nil where a reader has to refuse: a pointer leads forwards, labels run into what pointed to them, or too long.
    init?(_ octets: [UInt8], at start: Int) {
        var wire: [UInt8] = []
        var position = start
        var runStart = start
        var bound = octets.count
        var end: Int?
        while true {
            guard position < bound else { return nil }
            let head = Int(octets[position])
            switch head >> 6 {
            case 0:
                guard position + 1 + head <= bound else { return nil }
                wire += octets[position..<(position + 1 + head)]
                position += 1 + head
                guard head == 0 else { continue }
                guard wire.count <= 255 else { return nil }
                self.wire = wire
                self.end = end ?? position
                return
            case 3:
                guard position + 1 < bound else { return nil }
                let target = (head & 0x3F) * 256 + Int(octets[position + 1])
                guard target < runStart else { return nil }
                end = end ?? position + 2
                bound = runStart
                runStart = target
                position = target
            default: return nil
            }
        }
    }
}
