// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// What a primary server gave of a zone.
package enum IncomingZone: Sendable, Hashable {
    /// The whole zone: its SOA record, then all others, each as it came.
    case whole([ResourceRecord])
    /// What leads from the serial that was told to the newest one, oldest first, at least one.
    case differences([IncomingDifference])
    /// The primary has nothing newer; its serial.
    case upToDate(serial: UInt32)
}

/// One step from a version of a zone to a later one (RFC 1995 4).
package struct IncomingDifference: Sendable, Hashable {
    /// The SOA record that goes.
    package var oldSOA: ResourceRecord
    /// The SOA record that comes.
    package var newSOA: ResourceRecord
    /// Other records that go.
    package var removed: [ResourceRecord] = []
    /// Other records that come.
    package var added: [ResourceRecord] = []
}
