// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

/// What a query asks, and what it says of its sender.
struct QueryMessage {
    /// The number of the question's type.
    var type: UInt16 = 0
    /// The number of the question's class.
    var rrclass: UInt16 = 0
    /// The octets of the question: name, type and class; 0 when there is none that could be read.
    var questionLength = 0
    /// Whether there is an OPT record (RFC 6891).
    var hasEDNS = false
    /// The EDNS version.
    var version: UInt8 = 0
    /// Whether DNSSEC records are wanted (RFC 3225).
    var wantsSignatures = false
    /// Whether the message is signed with TSIG (RFC 8945).
    var hasTSIG = false
    /// The payload size that the OPT record announces.
    var payload = MessageSize.smallestPayload
    /// The options of the OPT record.
    var options = QueryOptions()
    /// Where the TSIG record begins, and where its data.
    var tsig = (start: 0, data: 0)
    /// Whether there are records besides the OPT record and a signature.
    var hasOtherRecords = false

    /// Whether a zone's transfer is asked for (RFC 5936, RFC 1995).
    var isTransfer: Bool { type == TypeNumber.axfr || type == TypeNumber.ixfr }

    /// Reads what follows the header of a message with one question, whose name goes into `key`; false when it is
    /// malformed. What could be read by then is kept, for the response to echo.
    ///
    /// Octets after the last record are ignored, as other servers do.
    mutating func read(_ message: UnsafeRawBufferPointer, into key: inout LookupKey) -> Bool {
        guard let base = message.baseAddress else { return false }
        let count = message.count
        let name = unsafe UnsafeRawBufferPointer(start: base + MessageSize.header, count: count - MessageSize.header)
        guard let length = unsafe key.load(name) else { return false }
        let position = MessageSize.header &+ length
        guard position &+ 4 <= count else { return false }
        type = unsafe base.word(at: position)
        rrclass = unsafe base.word(at: position &+ 2)
        questionLength = length &+ 4
        // Most queries have no more than an OPT record without options.
        let records = unsafe Self.recordCounts(base)
        if records == 0 { return true }
        if records == 1, unsafe readPlainOPT(base, at: position &+ 4, count) { return true }
        return unsafe readRecords(base, from: position &+ 4, count)
    }

    /// Reads the one record of a message if it is an OPT record without options in the additional section.
    @inline(__always)
    private mutating func readPlainOPT(_ base: UnsafeRawPointer, at position: Int, _ count: Int) -> Bool {
        guard position &+ MessageSize.opt <= count, unsafe base.word(at: 10) == 1, unsafe base.octet(at: position) == 0,
            unsafe base.word(at: position &+ 1) == TypeNumber.opt, unsafe base.word(at: position &+ 9) == 0
        else { return false }
        hasEDNS = true
        payload = unsafe Int(base.word(at: position &+ 3))
        version = unsafe base.octet(at: position &+ 6)
        wantsSignatures = unsafe base.octet(at: position &+ 7) & 0x80 != 0
        return true
    }

    /// Reads a message with another number of questions than one, which are skipped.
    mutating func readWithoutQuestion(_ message: UnsafeRawBufferPointer) -> Bool {
        guard let base = message.baseAddress else { return false }
        var position = MessageSize.header
        let questions = unsafe Int(base.word(at: 4))
        for _ in 0..<questions {
            guard let end = unsafe Self.endOfName(base, position, message.count), end &+ 4 <= message.count else {
                return false
            }
            position = end &+ 4
        }
        return unsafe readRecords(base, from: position, message.count)
    }

    /// Reads the records of all sections: only OPT and TSIG matter, the others have to be whole.
    private mutating func readRecords(_ base: UnsafeRawPointer, from start: Int, _ count: Int) -> Bool {
        let others = unsafe Int(base.word(at: 6)) &+ Int(base.word(at: 8))
        let total = unsafe others &+ Int(base.word(at: 10))
        var position = start
        for index in 0..<total {
            guard let end = unsafe Self.endOfName(base, position, count), end &+ MessageSize.recordHeader <= count
            else {
                return false
            }
            let recordType = unsafe base.word(at: end)
            let dataStart = end &+ MessageSize.recordHeader
            let dataLength = unsafe Int(base.word(at: end &+ 8))
            guard dataStart &+ dataLength <= count else { return false }
            switch recordType {
            case TypeNumber.opt:
                // One OPT at most, in the additional section, owned by the root (RFC 6891 6.1.1).
                guard !hasEDNS, index >= others, end &- position == 1 else { return false }
                hasEDNS = true
                payload = unsafe Int(base.word(at: end &+ 2))
                version = unsafe base.octet(at: end &+ 5)
                wantsSignatures = unsafe base.octet(at: end &+ 6) & 0x80 != 0
                // What the options of a later version look like is not known here.
                if dataLength > 0, version == 0 {
                    guard unsafe options.read(base, from: dataStart, to: dataStart &+ dataLength) else { return false }
                }
            case TypeNumber.tsig:
                // TSIG has to be the last record (RFC 8945 5.1).
                guard index &+ 1 == total, index >= others else { return false }
                hasTSIG = true
                tsig = (position, dataStart)
            default: hasOtherRecords = true
            }
            position = dataStart &+ dataLength
        }
        return true
    }

    /// The sum of the counts of all sections but the question's; 0 only if all are.
    private static func recordCounts(_ base: UnsafeRawPointer) -> Int {
        unsafe Int(base.word(at: 6)) &+ Int(base.word(at: 8)) &+ Int(base.word(at: 10))
    }

    /// Where the name at `start` ends in front of `count`; nil when it is malformed or has a pointer.
    static func endOfWholeName(_ base: UnsafeRawPointer, _ start: Int, _ count: Int) -> Int? {
        var position = start
        while position < count {
            let length = unsafe Int(base.octet(at: position))
            if length == 0 { return position &+ 1 }
            guard length <= 63, position &- start < 255 else { return nil }
            position &+= 1 &+ length
        }
        return nil
    }

    /// Where the name at `start` ends within the message, which may be at a pointer; nil when it is malformed.
    static func endOfName(_ base: UnsafeRawPointer, _ start: Int, _ count: Int) -> Int? {
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
}
