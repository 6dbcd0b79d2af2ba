// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The way a query came.
package enum Transport: Int, Sendable, CaseIterable {
    /// UDP over IPv4.
    case udp4
    /// UDP over IPv6.
    case udp6
    /// TCP over IPv4, TLS included.
    case tcp4
    /// TCP over IPv6, TLS included.
    case tcp6

    /// Whether responses are bounded by what the query allows.
    var isDatagram: Bool { self == .udp4 || self == .udp6 }
}
