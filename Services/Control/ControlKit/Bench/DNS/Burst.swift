// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram

/// Packets that are sent together, staged one behind the other in runs of one length.
///
/// A thread has one and uses it again for each burst. Runs of one length are what the kernel can cut up by itself.
@safe
struct Burst: ~Copyable {
    /// The most packets.
    static let capacity = Int(CDATAGRAM_BURST)
    /// The longest packet in octets.
    static let packetSize = Int(CDATAGRAM_BURST_PACKET)

    /// The staged packets, and room for what one thread receives.
    // SAFETY: made in init, freed in deinit.
    let load: OpaquePointer
    private let room: UnsafeMutablePointer<UInt8>
    private let sizes: UnsafeMutablePointer<UInt16>
    private let counts: UnsafeMutablePointer<UInt16>
    private var octets = 0
    private var runs = 0
    /// Packets staged.
    private(set) var packets = 0

    /// - Parameter receiveSize: octets that are kept of each response.
    /// - Throws: `ControlError` when there is no memory.
    init(receiveSize: Int) throws(ControlError) {
        guard let made = unsafe cdatagram_load_create(receiveSize), let staged = unsafe cdatagram_load_stage(made)
        else {
            throw ControlError("no memory for the packets of a thread")
        }
        unsafe load = made
        unsafe room = staged
        unsafe sizes = .allocate(capacity: Self.capacity)
        unsafe counts = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe sizes.deallocate()
        unsafe counts.deallocate()
        unsafe cdatagram_load_destroy(load)
    }

    /// Starts anew.
    mutating func clear() {
        octets = 0
        runs = 0
        packets = 0
    }

    /// Stages `count` packets of `size` octets each, written by `body` one behind the other.
    mutating func append(packets count: Int, of size: Int, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        precondition(size <= Self.packetSize && count > 0 && packets + count <= Self.capacity, "a burst is full")
        // SAFETY: every packet is at most packetSize long and there are at most `capacity`, so this lies in the room;
        // there are at most as many runs as packets.
        unsafe body(UnsafeMutableRawBufferPointer(start: room + octets, count: size * count))
        unsafe sizes[runs] = UInt16(size)
        unsafe counts[runs] = UInt16(count)
        runs += 1
        packets += count
        octets += size * count
    }

    /// Calls `body` with each staged packet from number `first` on.
    func forEachPacket(from first: Int = 0, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
        var number = 0
        var offset = 0
        for run in 0..<runs {
            // SAFETY: `append` has put as many packets of that size there.
            let size = Int(unsafe sizes[run])
            let count = unsafe counts[run]
            for _ in 0..<count {
                if number >= first { unsafe body(UnsafeMutableRawBufferPointer(start: room + offset, count: size)) }
                number += 1
                offset += size
            }
        }
    }

    /// Sends the packets through a connected datagram socket: how many the system took, or the negative error.
    func send(to descriptor: Int32, offload: Bool) -> Int {
        Int(unsafe cdatagram_load_send(load, descriptor, sizes, counts, Int32(runs), offload ? 1 : 0))
    }
}
