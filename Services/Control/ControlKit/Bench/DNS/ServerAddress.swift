// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// A literal address and a port.
struct ServerAddress: Equatable {
    let host: String
    let port: UInt16
    /// Whether the address is of this machine only: 127.0.0.0/8 or ::1.
    let isLoopback: Bool

    /// Reads `192.0.2.1:53` or `[2001:db8::1]:53`; nil for anything else.
    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            var address = in6_addr()
            guard unsafe inet_pton(AF_INET6, String(host), &address) == 1 else { return nil }
            isLoopback = unsafe withUnsafeBytes(of: &address) {
                unsafe $0.dropLast().allSatisfy { $0 == 0 } && $0[15] == 1
            }
        } else {
            var address = in_addr()
            guard unsafe inet_pton(AF_INET, String(host), &address) == 1 else { return nil }
            isLoopback = UInt32(bigEndian: address.s_addr) >> 24 == 127
        }
        self.host = String(host)
        self.port = port
    }
}
