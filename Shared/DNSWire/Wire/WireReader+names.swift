// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension WireReader {
    /// The most compression pointers that one name may follow: a name has no more labels to lead to.
    @usableFromInline
    static var maximumPointers: Int { 127 }

    /// Whether a name may be compressed where it is read.
    @usableFromInline
    package enum Pointers: Sendable {
        /// Compression pointers are followed.
        case allowed
        /// A compression pointer is an error.
        case forbidden
    }

    /// The next name, compression pointers followed (RFC 1035 4.1.4).
    ///
    /// A pointer must point in front of the labels that led to it, and there may be 127 at most: the work is bounded.
    @inlinable
    package mutating func readName(pointers: Pointers = .allowed) throws(WireError) -> Name {
        let start = position
        let length = try measureName(pointers: pointers)
        if position &- start == length {
            return Name(validated: copy(start..<position))
        }
        var wire: [UInt8] = []
        wire.reserveCapacity(length)
        var offset = start
        while true {
            let head = Int(octet(at: offset))
            if head == 0 { break }
            if head >= 0xC0 {
                offset = (head & 0x3F) &<< 8 | Int(octet(at: offset &+ 1))
                continue
            }
            for index in offset...(offset &+ head) {
                wire.append(octet(at: index))
            }
            offset &+= head &+ 1
        }
        wire.append(0)
        return Name(validated: wire)
    }

    /// Passes over the next name, with the same checks as `readName`.
    @inlinable
    package mutating func skipName(pointers: Pointers = .allowed) throws(WireError) {
        _ = try measureName(pointers: pointers)
    }

    /// Passes over the next name and gives the length of its uncompressed form.
    @inlinable
    package mutating func measureName(pointers: Pointers) throws(WireError) -> Int {
        var length = 0
        var offset = position
        // The first run of labels may be narrowed to RDATA; what a pointer leads to ends with the message.
        var bound = end
        var runStart = offset
        var after = -1
        var hops = 0
        while true {
            guard offset < bound else { throw .truncated }
            let head = Int(octet(at: offset))
            if head < 64 {
                length &+= head &+ 1
                guard length <= Name.maximumLength else { throw .nameTooLong }
                offset &+= head &+ 1
                if head == 0 { break }
            } else if head >= 0xC0 {
                guard pointers == .allowed else { throw .pointerNotAllowed }
                guard offset &+ 1 < bound else { throw .truncated }
                let target = (head & 0x3F) &<< 8 | Int(octet(at: offset &+ 1))
                if after < 0 { after = offset &+ 2 }
                guard target < runStart, hops < Self.maximumPointers else { throw .badPointer }
                hops &+= 1
                bound = runStart
                offset = target
                runStart = target
            } else {
                throw .badLabelType
            }
        }
        position = after < 0 ? offset : after
        return length
    }
}
