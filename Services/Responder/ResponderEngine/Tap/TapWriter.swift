// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// A responder's side of its tap, without a reference to count on the way of a query.
struct TapWriter {
    /// Whether the queries of this batch are recorded.
    private(set) var isOn = false
    private var ring: TapRing?
    private var stride = 1
    private var countdown = 1
    private var time = timespec()

    /// Looks whether the tap is open, and at the clock if it is.
    mutating func beginBatch(_ tap: QueryTap) {
        guard let active = tap.active else {
            isOn = false
            return
        }
        isOn = true
        ring = active.ring
        if stride != active.stride {
            stride = active.stride
            countdown = stride
        }
        unsafe clock_gettime(CLOCK_REALTIME, &time)
    }

    /// Records a query and its response, when it is one of those to be recorded.
    @inline(never)
    mutating func record(
        _ query: UnsafeRawBufferPointer,
        _ response: UnsafeRawBufferPointer,
        _ transport: Transport,
        _ client: ClientAddress,
        port: UInt16
    ) {
        countdown &-= 1
        guard countdown <= 0, let ring else { return }
        countdown = stride
        let entry = TapEntry(
            transport: transport,
            client: client,
            port: port,
            seconds: Int64(time.tv_sec),
            nanoseconds: UInt32(truncatingIfNeeded: time.tv_nsec)
        )
        unsafe ring.append(entry, query: query, response: response)
    }
}
