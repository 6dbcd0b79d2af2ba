// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// The serials that the publisher gives (RFC 1982).
enum SerialNumber {
    /// The serial of the next publication.
    ///
    /// The first publication takes the SOA record's own serial where it has one. Later ones take the furthest ahead of
    /// the previous serial plus one, the Unix time, and the SOA record's serial.
    ///
    /// - Parameters:
    ///   - previous: The serial published last; nil for the first publication.
    ///   - wanted: The serial in the SOA record.
    ///   - now: Seconds since 1970.
    static func next(after previous: UInt32?, wanted: UInt32, now: Int64) -> UInt32 {
        let time = UInt32(truncatingIfNeeded: now)
        guard let previous else { return wanted > 0 ? wanted : time }
        var next = previous &+ 1
        for candidate in [time, wanted] where ZoneSerial.isAhead(candidate, of: next) { next = candidate }
        return next
    }
}
