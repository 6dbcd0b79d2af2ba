// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// What a query asks, and what it says of its sender.
struct QueryMessage {
    /// The number of the question's type.
    var type: UInt16 = 0
    /// The number of the question's class.
    var rrclass: UInt16 = 0
    /// The octets of the question: name, type and class.
    var questionLength = 0
    /// Whether there is an OPT record (RFC 6891).
    var hasEDNS = false
    /// The EDNS version.
    var version: UInt8 = 0
    /// Whether DNSSEC records are wanted (RFC 3225).
    var wantsSignatures = false
    /// The payload size that the OPT record announces.
    var payload = MessageSize.smallestPayload
    /// Whether the message is signed with TSIG (RFC 8945).
    var hasTSIG = false

    /// Reads what follows the header, and the question's name into `key`; false when it is malformed.
    ///
    /// Octets after the last record are ignored, as other servers do.
    mutating func read(_ message: UnsafeRawBufferPointer, into key: inout LookupKey) -> Bool {
        guard let base = message.baseAddress else { return false }
        let count = message.count
        let name = unsafe UnsafeRawBufferPointer(start: base + MessageSize.header, count: count - MessageSize.header)
        guard let length = unsafe key.load(name) else { return false }
        var position = MessageSize.header &+ length
        guard position &+ 4 <= count else { return false }
        type = unsafe base.word(at: position)
        rrclass = unsafe base.word(at: position &+ 2)
        position &+= 4
        questionLength = length &+ 4
        let others = unsafe Int(base.word(at: 6)) &+ Int(base.word(at: 8))
        let additional = unsafe Int(base.word(at: 10))
        // Most queries have no more than an OPT record.
        if others &+ additional == 0 { return true }
        for index in 0..<(others &+ additional) {
            guard let end = unsafe Self.endOfName(base, position, count), end &+ MessageSize.recordHeader <= count
            else {
                return false
            }
            let recordType = unsafe base.word(at: end)
            let dataStart = end &+ MessageSize.recordHeader
            let dataLength = unsafe Int(base.word(at: end &+ 8))
            guard dataStart &+ dataLength <= count else { return false }
            if recordType == TypeNumber.opt {
                // One OPT at most, in the additional section, owned by the root (RFC 6891 6.1.1).
                guard !hasEDNS, index >= others, end &- position == 1 else { return false }
                hasEDNS = true
                payload = unsafe Int(base.word(at: end &+ 2))
                version = unsafe base.octet(at: end &+ 5)
                wantsSignatures = unsafe base.octet(at: end &+ 6) & 0x80 != 0
                guard unsafe Self.areOptionsWhole(base, from: dataStart, to: dataStart &+ dataLength) else {
                    return false
                }
            } else if recordType == TypeNumber.tsig {
                // TSIG has to be the last record (RFC 8945 5.1).
                guard index &+ 1 == others &+ additional, index >= others else { return false }
                hasTSIG = true
            }
            position = dataStart &+ dataLength
        }
        return true
    }

    /// Where the name at `start` ends within the message, which may be at a pointer; nil when it is malformed.
    private static func endOfName(_ base: UnsafeRawPointer, _ start: Int, _ count: Int) -> Int? {
        var position = start
        while position < count {
            let length = unsafe Int(base.octet(at: position))
            if length == 0 { return position &+ 1 }
            if length >= 0xC0 {
                guard position &+ 2 <= count, unsafe Int(base.word(at: position) & 0x3FFF) < position else {
                    return nil
                }
                return position &+ 2
            }
            guard length <= 63, position &- start < 255 else { return nil }
            position &+= 1 &+ length
        }
        return nil
    }

    /// Whether the options of an OPT record fill its data exactly; which ones they are does not matter.
    private static func areOptionsWhole(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Bool {
        var position = start
        while position < end {
            guard position &+ 4 <= end else { return false }
            position &+= unsafe 4 &+ Int(base.word(at: position &+ 2))
        }
        return position == end
    }
}
