// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import DNSWire
internal import Glibc
internal import ZoneStore

/// Answers that were given lately, kept by question and by the snapshot that they were made from.
///
/// Two blocks of memory of a fixed size, so that it cannot grow: an index, each set of which fills one cache line, and
/// a ring that answers of any length are appended to, over the oldest ones. An answer is kept when its question is
/// asked for the second time: names asked at random, by attackers or below a wildcard, push out nothing. An answer of
/// another snapshot is never used. The question's case and the id are the query's own: only what follows the question
/// is kept.
@safe
struct PacketCache: ~Copyable {
    /// What must be equal for an answer to be used again, apart from the name.
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
        /// What the response is charged to.
        let account: ResponseAccount
    }

    // SAFETY: both allocated in init with the sizes that the masks say, freed in deinit; nil for a cache of no size.
    private let index: UnsafeMutableRawPointer?
    private let ring: UnsafeMutableRawPointer?
    private var seen: SeenHashes
    private var key = LookupKey()
    private let setMask: UInt64
    /// The size of the ring, in units of eight octets.
    private let ringUnits: UInt32
    /// Where the next answer goes: counts units for ever, the ring's own place being what is left of it by the mask.
    private var head: UInt32 = 1
    /// Makes it hard to guess which names share a set.
    private let seed: UInt64
    // The place of the question last looked for.
    private var pendingHash: UInt64 = 0
    private var pendingWay = -1

    /// Places in a set: their marks in the first half of a cache line, their places in the ring in the other.
    private static let ways = 8
    private static let setSize = 64

    /// A cache in at most a quarter more than `octets`, which is rounded down to a power of two; none below 64 KiB.
    init(octets: Int) {
        seed = UInt64.random(in: .min ... .max)
        guard octets >= 64 << 10 else {
            unsafe index = nil
            unsafe ring = nil
            setMask = 0
            ringUnits = 0
            seen = SeenHashes(bits: 0)
            return
        }
        let size = 1 << (Int.bitWidth - 1 - min(octets, 1 << 30).leadingZeroBitCount)
        // A place for each 64 octets: answers are about twice as long, so half of the places stay empty.
        let sets = size / 64 / Self.ways
        setMask = UInt64(sets - 1)
        ringUnits = UInt32(size / 8)
        unsafe index = Self.allocate(sets * Self.setSize)
        unsafe ring = Self.allocate(size)
        seen = SeenHashes(bits: size / 8)
    }

    deinit {
        unsafe free(index)
        unsafe free(ring)
    }

    /// The place of a message's question in the cache; `QuestionHash.none` if it is to be answered without it.
    @inline(__always)
    func hash(_ message: UnsafeRawBufferPointer) -> UInt64 {
        guard unsafe index != nil else { return QuestionHash.none }
        return unsafe QuestionHash.of(message, seed: seed)
    }

    /// Begins to bring the set of a question near, for `prefetchAnswer` a little later.
    @inline(__always)
    func prefetchSet(_ hash: UInt64) {
        guard let index = unsafe index, hash != QuestionHash.none else { return }
        unsafe cdatagram_prefetch(index + Int(hash & setMask) &* Self.setSize)
    }

    /// Begins to bring the answer to a question near, if there is one, for `find` a little later.
    @inline(__always)
    func prefetchAnswer(_ hash: UInt64) {
        guard let index = unsafe index, let ring = unsafe ring, hash != QuestionHash.none else { return }
        // SAFETY: as in `find`; a prefetch may name any address.
        let set = unsafe index + Int(hash & setMask) &* Self.setSize
        let mark = UInt32(truncatingIfNeeded: hash &>> 32)
        for way in 0..<Self.ways {
            guard unsafe set.load(fromByteOffset: way &* 4, as: UInt32.self) == mark else { continue }
            let place = unsafe set.load(fromByteOffset: 32 &+ way &* 4, as: UInt32.self)
            let entry = unsafe ring + Int(place & (ringUnits &- 1)) &* 8
            // Most answers lie in four cache lines; those behind them follow by themselves.
            unsafe cdatagram_prefetch(entry)
            unsafe cdatagram_prefetch(entry + 64)
            unsafe cdatagram_prefetch(entry + 128)
            unsafe cdatagram_prefetch(entry + 192)
            return
        }
        seen.prefetch(hash)
    }

    /// Completes `response`, which has id and question, from a kept answer; nil when there is none.
    mutating func find(
        _ tag: Tag,
        at hash: UInt64,
        _ key: borrowing LookupKey,
        into response: UnsafeMutableRawPointer,
        questionEnd: Int
    ) -> Hit? {
        guard let index = unsafe index, let ring = unsafe ring, hash != QuestionHash.none else { return nil }
        let name = unsafe key.folded
        pendingHash = hash
        pendingWay = -1
        // SAFETY: a set's number is masked, a way below `ways`, and an entry that the ring still holds is whole.
        let set = unsafe index + Int(hash & setMask) &* Self.setSize
        let mark = UInt32(truncatingIfNeeded: hash &>> 32)
        for way in 0..<Self.ways {
            guard unsafe set.load(fromByteOffset: way &* 4, as: UInt32.self) == mark else { continue }
            let place = unsafe set.load(fromByteOffset: 32 &+ way &* 4, as: UInt32.self)
            guard place > 0 else { continue }
            pendingWay = way
            guard head &- place <= ringUnits else { continue }
            let entry = unsafe CachedAnswer(ring + Int(place & (ringUnits &- 1)) &* 8)
            guard entry.snapshot == tag.snapshot, entry.word == tag.word, unsafe entry.hasName(name) else { continue }
            return Hit(
                flags: entry.flags,
                length: unsafe entry.copy(into: response, questionEnd: questionEnd),
                account: entry.account
            )
        }
        return nil
    }

    /// Keeps a complete response to the question last looked for, if it was asked for before and is small enough.
    mutating func insert(
        _ tag: Tag,
        response: UnsafeMutableRawPointer,
        length: Int,
        questionEnd: Int,
        account: ResponseAccount
    ) {
        // A mark that is known is that of an answer of an older snapshot, or of one that the ring has lost.
        guard let index = unsafe index, let ring = unsafe ring, seen.insert(pendingHash) || pendingWay >= 0 else {
            return
        }
        // The key that the question was looked for with may be that of another name by now.
        let question = unsafe UnsafeRawBufferPointer(start: response, count: questionEnd)
        guard unsafe key.load(UnsafeRawBufferPointer(rebasing: question[MessageSize.header...])) != nil else { return }
        let name = unsafe key.folded
        let body = unsafe UnsafeRawBufferPointer(start: response + questionEnd, count: length &- questionEnd)
        let units = UInt32(truncatingIfNeeded: CachedAnswer.units(name.count, body.count))
        guard units <= ringUnits / 16 else { return }
        // An answer lies in one piece: what is left at the end stays unused.
        let left = ringUnits &- (head & (ringUnits &- 1))
        if units > left { head &+= left }
        if head > 1 << 31 {
            // Far from where places of long ago could be taken for new ones.
            unsafe memset(index, 0, Int(setMask &+ 1) &* Self.setSize)
            head = 1
            pendingWay = -1
        }
        // SAFETY: the ring has room for `units` from here to its end.
        let entry = unsafe CachedAnswer(ring + Int(head & (ringUnits &- 1)) &* 8)
        unsafe entry.write(response, snapshot: tag.snapshot, word: tag.word, account: account, name, body)
        let set = unsafe index + Int(pendingHash & setMask) &* Self.setSize
        let way = pendingWay >= 0 ? pendingWay : unsafe freeWay(of: set)
        unsafe set.storeBytes(
            of: UInt32(truncatingIfNeeded: pendingHash &>> 32),
            toByteOffset: way &* 4,
            as: UInt32.self
        )
        unsafe set.storeBytes(of: head, toByteOffset: 32 &+ way &* 4, as: UInt32.self)
        head &+= units
    }

    /// The way of a set that an answer can go to: one that is free or whose answer is the oldest.
    private func freeWay(of set: UnsafeMutableRawPointer) -> Int {
        var found = 0
        var greatest: UInt32 = 0
        for way in 0..<Self.ways {
            let place = unsafe set.load(fromByteOffset: 32 &+ way &* 4, as: UInt32.self)
            if place == 0 { return way }
            if head &- place > greatest {
                greatest = head &- place
                found = way
            }
        }
        return found
    }

    /// Zeroed memory, all of it there from the start, in large pages if the system has some: answers lie far apart, and
    /// most look-ups would miss the translation of a small one.
    private static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        let large = 2 << 20
        var memory: UnsafeMutableRawPointer?
        guard unsafe posix_memalign(&memory, size >= large ? large : 4096, size) == 0, let block = unsafe memory else {
            return nil
        }
        if size >= large { unsafe madvise(block, size, MADV_HUGEPAGE) }
        unsafe memset(block, 0, size)
        return unsafe block
    }
}
