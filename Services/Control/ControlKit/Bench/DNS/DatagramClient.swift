// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import DNSWire
import Glibc

/// A client over UDP: a connected socket, used with bursts.
struct DatagramClient: LoadClient, ~Copyable {
    let descriptor: Int32
    private var slots: SlotTable
    /// Whether the kernel may cut runs of packets on this socket's way.
    private var usesOffload: Bool

    /// Octets asked for each way: room for the answers to everything in flight.
    private static let bufferSize: Int32 = 4 << 20

    init(_ settings: LoadSettings) throws(ControlError) {
        let opened = unsafe cdatagram_load_open(settings.host, settings.port, Self.bufferSize, 0)
        guard opened >= 0 else {
            throw ControlError("cannot open a socket to \(settings.host) port \(settings.port): \(systemErrorText())")
        }
        descriptor = opened
        slots = SlotTable(capacity: settings.window)
        usesOffload = settings.usesOffload && cdatagram_load_offload(opened) == 1
    }

    deinit {
        close(descriptor)
    }

    var free: Int { slots.free }
    var used: Int { slots.used }

    mutating func receive(_ burst: borrowing Burst, _ meter: inout LoadMeter) -> Bool {
        let taken = Int(unsafe cdatagram_load_receive(burst.load, descriptor))
        guard taken > 0 else {
            if taken < 0 { meter.noteError() }
            return false
        }
        let now = LoadClock.now
        for number in 0..<taken {
            var length = 0
            guard let octets = unsafe cdatagram_load_response(burst.load, Int32(number), &length),
                length >= Message.headerLength
            else {
                meter.noteUnexpected()
                continue
            }
            // SAFETY: a header's length was received, and is kept.
            let header = unsafe UnsafeRawBufferPointer(start: octets, count: Message.headerLength)
            unsafe meter.noteMessage(header, length: length, now: now, slots: &slots)
        }
        return true
    }

    mutating func send(_ burst: borrowing Burst, _ pace: inout LoadPace, _ meter: inout LoadMeter, now: UInt64) -> Bool
    {
        slots.identify(burst, &pace, &meter, now: now)
        let taken = burst.send(to: descriptor, offload: usesOffload)
        if taken < burst.packets { takeBack(burst, from: max(0, taken), &pace, &meter, error: Int32(-min(0, taken))) }
        return taken > 0
    }

    mutating func expire(before moment: UInt64, _ meter: inout LoadMeter) {
        slots.expire(before: moment) { meter.noteLost(sentAt: $0) }
    }

    /// Undoes the sending of what the system did not take.
    private mutating func takeBack(
        _ burst: borrowing Burst,
        from first: Int,
        _ pace: inout LoadPace,
        _ meter: inout LoadMeter,
        error: Int32
    ) {
        unsafe burst.forEachPacket(from: first) { packet in
            let identifier = unsafe UInt16(packet[0]) << 8 | UInt16(packet[1])
            if let sentAt = slots.release(identifier) { meter.noteUnsent(at: sentAt) }
            pace.giveBack()
        }
        switch error {
        // No room now, or none of the burst's end: later.
        case 0, EAGAIN, ENOBUFS: break
        // A device that cannot compute checksums takes no runs of packets.
        case EIO, EINVAL, EMSGSIZE, EOPNOTSUPP:
            if usesOffload { usesOffload = false } else { meter.noteError() }
        default: meter.noteError()
        }
    }
}
