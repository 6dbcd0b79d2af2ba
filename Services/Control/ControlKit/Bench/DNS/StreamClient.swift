// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import DNSWire
import Glibc

/// A client over TCP: one connection, pipelined, and made anew when it ends.
struct StreamClient: LoadClient, ~Copyable {
    private let settings: LoadSettings
    private(set) var descriptor: Int32 = -1
    private var slots: SlotTable
    /// Queries with their lengths in front that the system has not taken yet.
    private var outgoing: [UInt8] = []
    private var outgoingStart = 0
    /// What has come and is no whole message yet.
    private var incoming = [UInt8](repeating: 0, count: 2 + Message.maximumLength)
    private var incomingEnd = 0
    /// No connection is tried before this moment.
    private var retryAt: UInt64 = 0

    private static let bufferSize: Int32 = 1 << 20
    /// Between a connection's end and the next one, in nanoseconds.
    private static let retryInterval: UInt64 = 10_000_000

    init(_ settings: LoadSettings) throws(ControlError) {
        self.settings = settings
        slots = SlotTable(capacity: settings.window)
        outgoing.reserveCapacity(Burst.capacity * (2 + Burst.packetSize))
        guard open() else {
            throw ControlError("cannot connect to \(settings.host) port \(settings.port): \(systemErrorText())")
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// None while a burst before waits to be taken: the server is not reading.
    var free: Int { outgoing.isEmpty ? slots.free : 0 }
    var used: Int { slots.used }

    mutating func receive(_ burst: borrowing Burst, _ meter: inout LoadMeter) -> Bool {
        let now = LoadClock.now
        guard descriptor >= 0 || reopen(now) else { return false }
        guard flush() else {
            end(now, &meter)
            return true
        }
        let (descriptor, end) = (descriptor, incomingEnd)
        // SAFETY: the octets behind what is there already.
        let count = unsafe incoming.withUnsafeMutableBytes { room in
            unsafe recv(descriptor, room.baseAddress?.advanced(by: end), room.count - end, Int32(MSG_DONTWAIT))
        }
        guard count > 0 else {
            if count < 0, errno == EAGAIN || errno == EINTR { return false }
            self.end(now, &meter)
            return true
        }
        incomingEnd += count
        takeMessages(now, &meter)
        return true
    }

    mutating func send(_ burst: borrowing Burst, _ pace: inout LoadPace, _ meter: inout LoadMeter, now: UInt64) -> Bool
    {
        slots.identify(burst, &pace, &meter, now: now)
        unsafe burst.forEachPacket { packet in
            outgoing.append(UInt8(truncatingIfNeeded: packet.count >> 8))
            outgoing.append(UInt8(truncatingIfNeeded: packet.count))
            unsafe outgoing.append(contentsOf: packet)
        }
        if !flush() { end(now, &meter) }
        return true
    }

    mutating func expire(before moment: UInt64, _ meter: inout LoadMeter) {
        slots.expire(before: moment) { meter.noteLost(sentAt: $0) }
    }

    /// Counts the whole messages that have come, and keeps the rest.
    private mutating func takeMessages(_ now: UInt64, _ meter: inout LoadMeter) {
        var start = 0
        while incomingEnd - start >= 2 {
            let length = Int(incoming[start]) << 8 | Int(incoming[start + 1])
            guard incomingEnd - start - 2 >= length else { break }
            if length < Message.headerLength {
                meter.noteUnexpected()
            } else {
                unsafe incoming.withUnsafeBytes { octets in
                    let header = unsafe UnsafeRawBufferPointer(
                        rebasing: octets[(start + 2)...].prefix(Message.headerLength)
                    )
                    unsafe meter.noteMessage(header, length: length, now: now, slots: &slots)
                }
            }
            start += 2 + length
        }
        guard start > 0 else { return }
        unsafe incoming.withUnsafeMutableBytes { octets in
            let rest = unsafe UnsafeRawBufferPointer(rebasing: octets[start..<incomingEnd])
            unsafe octets.copyMemory(from: rest)
        }
        incomingEnd -= start
    }

    /// Hands queued queries to the system; false when the connection has ended.
    private mutating func flush() -> Bool {
        while outgoingStart < outgoing.count {
            let (descriptor, start) = (descriptor, outgoingStart)
            // SAFETY: the octets from `start` on.
            let count = unsafe outgoing.withUnsafeBytes { octets in
                unsafe Glibc.send(
                    descriptor,
                    octets.baseAddress?.advanced(by: start),
                    octets.count - start,
                    Int32(MSG_NOSIGNAL)
                )
            }
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            outgoingStart += count
        }
        outgoing.removeAll(keepingCapacity: true)
        outgoingStart = 0
        return true
    }

    private mutating func open() -> Bool {
        descriptor = unsafe cdatagram_load_open(settings.host, settings.port, Self.bufferSize, 1)
        return descriptor >= 0
    }

    private mutating func reopen(_ now: UInt64) -> Bool {
        guard now >= retryAt else { return false }
        retryAt = now + Self.retryInterval
        return open()
    }

    /// The connection has ended: its queries are not going to be answered.
    private mutating func end(_ now: UInt64, _ meter: inout LoadMeter) {
        meter.noteError()
        close(descriptor)
        descriptor = -1
        retryAt = now + Self.retryInterval
        expire(before: .max, &meter)
        outgoing.removeAll(keepingCapacity: true)
        outgoingStart = 0
        incomingEnd = 0
    }
}
