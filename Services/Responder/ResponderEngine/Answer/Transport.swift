// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The way a query came.
package enum Transport: Int, Sendable, CaseIterable {
    /// UDP over IPv4.
    case udp4
    /// UDP over IPv6.
    case udp6
    /// TCP over IPv4.
    case tcp4
    /// TCP over IPv6.
    case tcp6
    /// TLS over IPv4 (RFC 7858).
    case tls4
    /// TLS over IPv6.
    case tls6

    /// Whether responses are bounded by what the query allows.
    var isDatagram: Bool { self == .udp4 || self == .udp6 }
    /// Whether nobody on the way can read the message, so that padding helps (RFC 7830).
    var isEncrypted: Bool { self == .tls4 || self == .tls6 }
}
