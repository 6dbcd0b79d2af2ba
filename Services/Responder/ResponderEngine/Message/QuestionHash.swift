// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A number by which the answer to a question is found again.
///
/// It depends on what stands in the message behind the header, letters being the same in both cases: name, type, class
/// and the fixed part of an OPT record. Messages that want different answers may share it, so it only says where to look.
enum QuestionHash {
    /// No hash: the message is too short or has no one name to ask for.
    static let none: UInt64 = 0

    /// The bit that letters of both cases differ in, for each of eight octets.
    private static let caseBits: UInt64 = 0x2020_2020_2020_2020

    /// The hash of a message as it came; `none` if there is no question that could be asked.
    @inline(__always)
    static func of(_ message: UnsafeRawBufferPointer, seed: UInt64) -> UInt64 {
        guard let base = message.baseAddress, message.count > MessageSize.header else { return none }
        guard let end = unsafe QueryMessage.endOfWholeName(base, MessageSize.header, message.count),
            end &+ 4 <= message.count
        else { return none }
        var hash = seed
        var position = MessageSize.header
        // SAFETY: all that is loaded ends at `end + 4`, or at `end + 13` where that has been compared with the count.
        while position &+ 8 <= end {
            unsafe mix(&hash, base.loadUnaligned(fromByteOffset: position, as: UInt64.self) | caseBits)
            position &+= 8
        }
        if end &- MessageSize.header >= 8 {
            // Some octets once more, rather than a loop over those that are left.
            unsafe mix(&hash, base.loadUnaligned(fromByteOffset: end &- 8, as: UInt64.self) | caseBits)
        } else {
            var rest: UInt64 = 0
            while position < end {
                rest = unsafe rest &<< 8 | UInt64(base.octet(at: position) | 0x20)
                position &+= 1
            }
            mix(&hash, rest)
        }
        unsafe mix(&hash, UInt64(base.loadUnaligned(fromByteOffset: end, as: UInt32.self)))
        if end &+ 13 <= message.count {
            // Behind the owner of an OPT record, which is the root: type, payload size, version and flags.
            unsafe mix(&hash, base.loadUnaligned(fromByteOffset: end &+ 5, as: UInt64.self))
        }
        // Never `none`, and all bits that choose a set are left.
        return hash | 1 &<< 63
    }

    @inline(__always)
    private static func mix(_ hash: inout UInt64, _ octets: UInt64) {
        let product = (hash ^ octets).multipliedFullWidth(by: 0xFF51_AFD7_ED55_8CCD)
        hash = product.low ^ product.high
    }
}
