// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The addresses that hosts are to have: one of a family, or one of each. A family without one is left alone.
package struct DynamicAddresses: Hashable, Sendable {
    /// In text form.
    package var ipv4: String?
    /// In text form.
    package var ipv6: String?

    /// Seconds that the addresses of a new record may be cached: they are expected to change at any time.
    package static let ttl: Int64 = 60

    package init(ipv4: String? = nil, ipv6: String? = nil) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// The record types with their contents.
    package var records: [(type: String, content: String)] {
        [("A", ipv4), ("AAAA", ipv6)].compactMap { type, content in content.map { (type, $0) } }
    }

    /// As answers name them, separated by a comma.
    package var text: String {
        records.map(\.content).joined(separator: ",")
    }
}
