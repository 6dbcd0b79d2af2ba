// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

extension ClientAddress {
    /// The octets of the address in network order: 4 or 16.
    var octets: [UInt8] {
        let first = isIPv4 ? 12 : 0
        return (first..<16).map { index in
            let half = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: half >> UInt64((7 - index & 7) * 8))
        }
    }

    /// The address in its usual form.
    var text: String {
        let address = try? SocketAddress(packedIPAddress: ByteBuffer(bytes: octets), port: 0)
        return address?.ipAddress ?? "?"
    }
}
