// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One client of a load: a socket to the server and its queries in flight.
protocol LoadClient: ~Copyable {
    /// - Throws: `ControlError` when no socket to the server can be had.
    init(_ settings: LoadSettings) throws(ControlError)

    /// What to wait for with `ppoll`; -1 while there is nothing.
    var descriptor: Int32 { get }
    /// Queries that may be sent before one is answered.
    var free: Int { get }
    /// Queries in flight.
    var used: Int { get }

    /// Takes in what has come, without waiting; whether anything had.
    mutating func receive(_ burst: borrowing Burst, _ meter: inout LoadMeter) -> Bool

    /// Gives the staged queries their identifiers and sends them, without waiting; whether anything went.
    mutating func send(_ burst: borrowing Burst, _ pace: inout LoadPace, _ meter: inout LoadMeter, now: UInt64) -> Bool

    /// Gives up queries sent before a moment.
    mutating func expire(before moment: UInt64, _ meter: inout LoadMeter)
}

extension LoadMeter {
    /// Counts one message that came as the answer to a query of `slots`.
    ///
    /// - Parameters:
    ///   - header: the first octets of the message, 12 at least.
    ///   - length: of the whole message.
    mutating func noteMessage(_ header: UnsafeRawBufferPointer, length: Int, now: UInt64, slots: inout SlotTable) {
        let identifier = unsafe UInt16(header[0]) << 8 | UInt16(header[1])
        let flags = unsafe UInt16(header[2]) << 8 | UInt16(header[3])
        // QR says that it is a response at all.
        if flags & 0x8000 != 0, let sentAt = slots.release(identifier) {
            noteAnswer(sentAt: sentAt, now: now, flags: flags, octets: length)
        } else {
            noteUnexpected()
        }
    }
}

extension SlotTable {
    /// Takes a slot for each staged packet, and writes the identifiers into them.
    mutating func identify(
        _ burst: borrowing Burst,
        _ pace: inout LoadPace,
        _ meter: inout LoadMeter,
        now: UInt64
    ) {
        unsafe burst.forEachPacket { packet in
            let sentAt = pace.take(at: now)
            let identifier = take(sentAt: sentAt)
            unsafe packet[0] = UInt8(truncatingIfNeeded: identifier >> 8)
            unsafe packet[1] = UInt8(truncatingIfNeeded: identifier)
            meter.noteSent(at: sentAt)
        }
    }
}
