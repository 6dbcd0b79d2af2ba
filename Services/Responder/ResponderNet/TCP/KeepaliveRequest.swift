// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Looks for the edns-tcp-keepalive option in a query (RFC 7828): its client means to stay.
enum KeepaliveRequest {
    private static let headerOctets = 12
    private static let optType = 41
    private static let option = 11

    /// Whether `query`, of at least a header's length, has the option. False for whatever is not an ordinary query.
    static func isIn(_ query: UnsafeRawBufferPointer) -> Bool {
        var reader = unsafe Reader(octets: query, position: 4)
        guard reader.number() == 1, reader.number() == 0, reader.number() == 0 else { return false }
        let additional = reader.number() ?? 0
        guard additional > 0, additional <= 4, reader.skipName(), reader.skip(4) else { return false }
        for _ in 0..<additional {
            guard reader.skipName(), let type = reader.number(), reader.skip(6), let length = reader.number() else {
                return false
            }
            guard type == optType else {
                guard reader.skip(length) else { return false }
                continue
            }
            return reader.hasOption(option, within: length)
        }
        return false
    }

    /// Reads fields as far as there are octets.
    @safe
    private struct Reader {
        // SAFETY: the caller's query, read within its bounds only, and not kept.
        let octets: UnsafeRawBufferPointer
        var position: Int

        init(octets: UnsafeRawBufferPointer, position: Int) {
            unsafe self.octets = octets
            self.position = position
        }

        mutating func number() -> Int? {
            guard unsafe position + 2 <= octets.count else { return nil }
            defer { position += 2 }
            return unsafe Int(octets[position]) << 8 | Int(octets[position + 1])
        }

        mutating func skip(_ count: Int) -> Bool {
            position += count
            return unsafe position <= octets.count
        }

        /// Skips a name; queries have no reason to compress one.
        mutating func skipName() -> Bool {
            while unsafe position < octets.count {
                let length = unsafe Int(octets[position])
                guard length < 64 else { return false }
                position += 1 + length
                if length == 0 { return true }
            }
            return false
        }

        mutating func hasOption(_ wanted: Int, within length: Int) -> Bool {
            let end = position + length
            guard unsafe end <= octets.count else { return false }
            while position + 4 <= end {
                guard let code = number(), let size = number() else { return false }
                if code == wanted { return true }
                position += size
            }
            return false
        }
    }
}
