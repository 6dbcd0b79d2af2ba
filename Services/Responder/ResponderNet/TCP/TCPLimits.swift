// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore

/// What one client over TCP or TLS, and all of them together, may take.
package struct TCPLimits: Sendable, Hashable {
    /// Open connections in all. Beyond it the one that was idle for longest makes room for the new one.
    package var connections = 10_000
    /// Open connections from one client: an IPv4 address, or the first 64 bits of an IPv6 address. Beyond it the
    /// client's own idlest one makes room.
    package var connectionsPerAddress = 128
    /// How long a connection may go without a complete query, or without reading its answers (RFC 7766 6.2.3).
    package var idleTimeout = TimeAmount.seconds(10)
    /// What takes the place of `idleTimeout` once the client has asked to stay (RFC 7828).
    package var keepaliveTimeout = TimeAmount.seconds(30)
    /// How long a TLS handshake may take.
    package var handshakeTimeout = TimeAmount.seconds(5)
    /// Queries answered on one connection before it is closed; 0 for any number.
    package var queriesPerConnection = 0
    /// Zone transfers that one connection may have under way; more wait, and nothing is read meanwhile.
    package var transfersPerConnection = 2

    /// How long a client may take to close a connection whose other direction we have closed.
    let closingTimeout = TimeAmount.seconds(2)
    /// How long a connection may wait for a transfer to begin or to go on where we are the slow ones.
    let workingTimeout = TimeAmount.seconds(60)
    /// Connections of one thread whose clients do not read, before the idlest of them is closed: each may hold answers
    /// of some 100,000 octets.
    let blockedConnections = 512
    /// Octets of incomplete queries that one thread keeps. Ordinary queries come nowhere near, even 10,000 of them.
    let heldOctets = 16 << 20

    /// The usual limits.
    package init() {}
}
