// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import ZoneStore

/// Answers that were given lately, kept by question and by the snapshot that they were made from.
///
/// Direct-mapped in one block of memory, so that it cannot grow; an answer of another snapshot is never used. The
/// question's case and the id are the query's own: only what follows the question is kept.
@safe
struct PacketCache: ~Copyable {
    /// What must be equal for an answer to be used again.
    struct Tag {
        fileprivate let word: UInt64
        fileprivate let snapshot: Int
        let isCacheable: Bool

        init(_ question: QueryMessage, limit: Int, snapshot: Int) {
            // Signatures, OPT record and limit shape an answer; other than class IN is rare.
            var flags: UInt64 = question.hasEDNS ? 1 : 0
            if question.wantsSignatures { flags |= 2 }
            word = UInt64(question.type) << 32 | UInt64(UInt16(truncatingIfNeeded: limit)) << 8 | flags
            self.snapshot = snapshot
            isCacheable = question.rrclass == ClassNumber.internet && question.version == 0 && !question.hasTSIG
        }
    }

    /// A found answer: the flags to send, the id and the question being written already.
    struct Hit {
        let flags: UInt16
        let length: Int
    }

    // SAFETY: slots of `slotSize` octets and room for one key as long as a slot, allocated in init, freed in deinit.
    private let memory: UnsafeMutableRawPointer?
    private let mask: Int
    /// The key last looked for: the caller's own changes while the answer is made.
    private let pendingKey: UnsafeMutableRawPointer
    private var pendingLength = 0
    private var pendingSlot = 0
    private var pendingHash: UInt32 = 0

    private static let slotSize = 512
    /// Snapshot, tag, hash, length of the key, length of what follows the question, flags, counts.
    private static let keyStart = 40

    init(size: Int) {
        unsafe pendingKey = .allocate(byteCount: Self.slotSize, alignment: 8)
        guard size > 0 else {
            unsafe memory = nil
            mask = 0
            return
        }
        var count = 1
        while count < min(size, 1 << 20) { count <<= 1 }
        mask = count - 1
        let block = UnsafeMutableRawPointer.allocate(byteCount: count * Self.slotSize, alignment: 64)
        unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: count * Self.slotSize)
        unsafe memory = block
    }

    deinit {
        unsafe memory?.deallocate()
        unsafe pendingKey.deallocate()
    }

    /// Completes `response`, which has id and question, from a kept answer; nil when there is none.
    mutating func find(
        _ tag: Tag,
        _ key: borrowing LookupKey,
        into response: UnsafeMutableRawPointer,
        questionEnd: Int
    ) -> Hit? {
        guard let memory = unsafe memory else { return nil }
        let folded = unsafe key.folded
        let hash = unsafe Self.hash(folded, tag.word)
        pendingHash = hash
        pendingSlot = Int(hash) & mask
        let slot = unsafe memory + pendingSlot * Self.slotSize
        pendingLength = folded.count
        guard folded.count < Self.slotSize - Self.keyStart, let wanted = folded.baseAddress else { return nil }
        guard unsafe slot.load(as: Int.self) == tag.snapshot,
            unsafe slot.load(fromByteOffset: 8, as: UInt64.self) == tag.word,
            unsafe slot.load(fromByteOffset: 16, as: UInt32.self) == hash,
            unsafe Int(slot.load(fromByteOffset: 20, as: UInt16.self)) == folded.count,
            unsafe memcmp(slot + Self.keyStart, wanted, folded.count) == 0
        else {
            unsafe memcpy(pendingKey, wanted, folded.count)
            return nil
        }
        let bodyLength = unsafe Int(slot.load(fromByteOffset: 22, as: UInt16.self))
        unsafe memcpy(response + 4, slot + 28, 8)
        unsafe memcpy(response + questionEnd, slot + Self.keyStart + folded.count, bodyLength)
        return Hit(flags: unsafe slot.load(fromByteOffset: 24, as: UInt16.self), length: questionEnd &+ bodyLength)
    }

    /// Keeps a complete response to the question last looked for, if it is small enough.
    mutating func insert(_ tag: Tag, response: UnsafeMutableRawPointer, length: Int, questionEnd: Int) {
        let bodyLength = length &- questionEnd
        // A response without a snapshot could not be told from an empty slot.
        guard let memory = unsafe memory, tag.snapshot > 0,
            Self.keyStart &+ pendingLength &+ bodyLength <= Self.slotSize
        else { return }
        let slot = unsafe memory + pendingSlot * Self.slotSize
        unsafe slot.storeBytes(of: tag.snapshot, as: Int.self)
        unsafe slot.storeBytes(of: tag.word, toByteOffset: 8, as: UInt64.self)
        unsafe slot.storeBytes(of: pendingHash, toByteOffset: 16, as: UInt32.self)
        unsafe slot.storeBytes(of: UInt16(truncatingIfNeeded: pendingLength), toByteOffset: 20, as: UInt16.self)
        unsafe slot.storeBytes(of: UInt16(truncatingIfNeeded: bodyLength), toByteOffset: 22, as: UInt16.self)
        let flags = unsafe UnsafeRawPointer(response).word(at: 2) & ~HeaderFlag.recursionDesired
        unsafe slot.storeBytes(of: flags, toByteOffset: 24, as: UInt16.self)
        unsafe memcpy(slot + 28, response + 4, 8)
        unsafe memcpy(slot + Self.keyStart, pendingKey, pendingLength)
        unsafe memcpy(slot + Self.keyStart + pendingLength, response + questionEnd, bodyLength)
    }

    /// Eight octets at a time; the key is in lower case already.
    private static func hash(_ key: UnsafeRawBufferPointer, _ word: UInt64) -> UInt32 {
        guard let base = key.baseAddress else { return 0 }
        var hash = word &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= key.count {
            hash = unsafe (hash ^ base.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0xFF51_AFD7_ED55_8CCD
            hash ^= hash >> 32
            index &+= 8
        }
        while index < key.count {
            hash = unsafe (hash ^ UInt64(base.octet(at: index))) &* 0xFF51_AFD7_ED55_8CCD
            index &+= 1
        }
        return UInt32(truncatingIfNeeded: hash ^ hash >> 29)
    }
}
