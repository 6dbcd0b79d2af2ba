// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import Synchronization

/// A ring of octets from one thread to one other, in memory that is allocated once.
///
/// Positions count octets for ever; an entry lies in one piece and takes a multiple of eight octets:
///
///     octets 0-3     octets of the whole entry; the highest bit set: nothing but the rest of the ring, to be skipped
///     octet  4       transport
///     octets 6-7     client's port
///     octets 8-9     octets of the query
///     octets 10-11   octets of the response
///     octets 12-15   nanoseconds, octets 16-23 seconds since 1970
///     octets 24-39   client's address
///     then           query, response
@safe
struct TapRing {
    // SAFETY: a block of `headerSize` and `size` octets, made by `allocate` and freed by its owner when both threads are
    // done. What lies between the consumer's and the producer's position belongs to the consumer, the rest to the
    // producer.
    let block: UnsafeMutableRawPointer
    let size: Int

    /// Each position has a cache line of its own, so that the threads do not disturb each other.
    private static let headerSize = 256
    static let entryHeader = 40
    private static let skip: UInt32 = 1 << 31

    /// A ring with room for `size` octets, a power of two.
    static func allocate(_ size: Int) -> TapRing {
        let block = UnsafeMutableRawPointer.allocate(byteCount: headerSize + size, alignment: 64)
        let ring = unsafe TapRing(block: block, size: size)
        unsafe (block).initializeMemory(as: Atomic<Int>.self, to: Atomic(0))
        unsafe (block + 64).initializeMemory(as: Atomic<Int>.self, to: Atomic(0))
        unsafe (block + 128).initializeMemory(as: Atomic<Int>.self, to: Atomic(0))
        return ring
    }

    private var written: UnsafeMutablePointer<Atomic<Int>> { unsafe block.assumingMemoryBound(to: Atomic<Int>.self) }
    private var taken: UnsafeMutablePointer<Atomic<Int>> {
        unsafe (block + 64).assumingMemoryBound(to: Atomic<Int>.self)
    }
    private var lost: UnsafeMutablePointer<Atomic<Int>> {
        unsafe (block + 128).assumingMemoryBound(to: Atomic<Int>.self)
    }
    private var start: UnsafeMutableRawPointer { unsafe block + Self.headerSize }

    /// Entries that had no room.
    var dropped: Int { unsafe lost.pointee.load(ordering: .relaxed) }

    /// Producer: appends an entry, or counts it when the consumer is too far behind.
    func append(_ entry: TapEntry, query: UnsafeRawBufferPointer, response: UnsafeRawBufferPointer) {
        let length = (Self.entryHeader &+ query.count &+ response.count &+ 7) & ~7
        let position = unsafe written.pointee.load(ordering: .relaxed)
        let room = unsafe size &- (position &- taken.pointee.load(ordering: .acquiring))
        let left = size &- (position & (size &- 1))
        let skipped = length > left ? left : 0
        guard skipped &+ length <= room else {
            unsafe lost.pointee.store(lost.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
            return
        }
        if skipped > 0 {
            unsafe (start + (position & (size &- 1))).storeBytes(of: Self.skip | UInt32(skipped), as: UInt32.self)
        }
        let place = unsafe start + ((position &+ skipped) & (size &- 1))
        unsafe place.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        unsafe place.storeBytes(of: UInt8(entry.transport.rawValue), toByteOffset: 4, as: UInt8.self)
        unsafe place.storeBytes(of: entry.port, toByteOffset: 6, as: UInt16.self)
        unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: query.count), toByteOffset: 8, as: UInt16.self)
        unsafe place.storeBytes(of: UInt16(truncatingIfNeeded: response.count), toByteOffset: 10, as: UInt16.self)
        unsafe place.storeBytes(of: entry.nanoseconds, toByteOffset: 12, as: UInt32.self)
        unsafe place.storeBytes(of: entry.seconds, toByteOffset: 16, as: Int64.self)
        unsafe place.storeBytes(of: entry.client.high, toByteOffset: 24, as: UInt64.self)
        unsafe place.storeBytes(of: entry.client.low, toByteOffset: 32, as: UInt64.self)
        if let octets = query.baseAddress { unsafe memcpy(place + Self.entryHeader, octets, query.count) }
        if let octets = response.baseAddress {
            unsafe memcpy(place + Self.entryHeader + query.count, octets, response.count)
        }
        unsafe written.pointee.store(position &+ skipped &+ length, ordering: .releasing)
    }

    /// Consumer: hands over entries, oldest first, until there are no more or `limit` were: their number.
    func take(_ limit: Int, _ body: (TapEntry, UnsafeRawBufferPointer, UnsafeRawBufferPointer) -> Void) -> Int {
        let end = unsafe written.pointee.load(ordering: .acquiring)
        var position = unsafe taken.pointee.load(ordering: .relaxed)
        var count = 0
        while position < end, count < limit {
            let place = unsafe UnsafeRawPointer(start + (position & (size &- 1)))
            let word = unsafe place.load(as: UInt32.self)
            if word & Self.skip != 0 {
                position &+= Int(word & ~Self.skip)
                continue
            }
            let queryLength = unsafe Int(place.load(fromByteOffset: 8, as: UInt16.self))
            let responseLength = unsafe Int(place.load(fromByteOffset: 10, as: UInt16.self))
            let entry = unsafe TapEntry(
                transport: Transport(rawValue: Int(place.load(fromByteOffset: 4, as: UInt8.self))) ?? .udp4,
                client: ClientAddress(
                    ipv6High: place.load(fromByteOffset: 24, as: UInt64.self),
                    low: place.load(fromByteOffset: 32, as: UInt64.self)
                ),
                port: place.load(fromByteOffset: 6, as: UInt16.self),
                seconds: place.load(fromByteOffset: 16, as: Int64.self),
                nanoseconds: place.load(fromByteOffset: 12, as: UInt32.self)
            )
            unsafe body(
                entry,
                UnsafeRawBufferPointer(start: place + Self.entryHeader, count: queryLength),
                UnsafeRawBufferPointer(start: place + Self.entryHeader + queryLength, count: responseLength)
            )
            count += 1
            position &+= Int(word)
        }
        unsafe taken.pointee.store(position, ordering: .releasing)
        return count
    }
}
