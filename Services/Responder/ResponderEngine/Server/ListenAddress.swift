// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A literal address and a port to answer at.
package struct ListenAddress: Hashable, Sendable {
    /// The IPv4 or IPv6 address, without brackets.
    package let host: String
    /// The port; 0 lets the system choose one.
    package let port: UInt16

    /// An address and a port.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Whether the address is of IPv6.
    package var isIPv6: Bool { host.utf8.contains(0x3A) }
}

extension ListenAddress: CustomStringConvertible {
    /// `address:port`, an IPv6 address in brackets.
    package var description: String {
        isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
}
