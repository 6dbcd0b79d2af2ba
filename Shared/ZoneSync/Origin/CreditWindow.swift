// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Octets sent and not yet acknowledged, by ascending marker (a position or a chunk number).
struct CreditWindow: Sendable {
    private var sent: CircularBuffer<(marker: UInt64, octets: Int)> = []
    private(set) var outstanding = 0
    private(set) var lastMarker: UInt64 = 0

    /// Notes octets sent under a marker that is not less than the ones before.
    mutating func add(_ octets: Int, marker: UInt64) {
        outstanding += octets
        lastMarker = marker
        sent.append((marker, octets))
    }

    /// Takes an acknowledgement of everything up to a marker; false when it acknowledged nothing.
    mutating func release(upTo marker: UInt64) -> Bool {
        var released = false
        while let first = sent.first, first.marker <= marker {
            outstanding -= first.octets
            sent.removeFirst()
            released = true
        }
        return released
    }
}
