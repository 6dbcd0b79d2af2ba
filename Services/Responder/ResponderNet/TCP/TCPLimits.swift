// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore

/// What one TCP client, and all of them together, may take.
package struct TCPLimits: Sendable, Hashable {
    /// Open connections in all.
    package var connections = 1_000
    /// Open connections from one address.
    package var connectionsPerAddress = 128
    /// How long a connection may go without a complete query, or a response without being read (RFC 7766 6.2.3).
    package var idleTimeout = TimeAmount.seconds(10)

    /// The usual limits.
    package init() {}
}
