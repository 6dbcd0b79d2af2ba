// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

extension ClientAddress {
    /// The address of a channel's other end; ``unspecified`` where it has none.
    init(_ address: SocketAddress?) {
        // SAFETY: the offsets are those of sin_addr and sin6_addr, below the size that is given.
        let found = unsafe address?.withSockAddr { pointer, size -> ClientAddress? in
            let octets = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
            switch address {
            case .v4:
                let number = unsafe octets.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
                return ClientAddress(ipv4: UInt32(bigEndian: number))
            case .v6:
                let high = unsafe octets.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                let low = unsafe octets.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                return ClientAddress(ipv6High: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
            default:
                return nil
            }
        }
        self = (found ?? nil) ?? .unspecified
    }
}

extension Transport {
    /// The transport of a stream.
    static func stream(isTLS: Bool, isIPv4: Bool) -> Transport {
        isTLS ? (isIPv4 ? .tls4 : .tls6) : (isIPv4 ? .tcp4 : .tcp6)
    }

    /// Whether the stream is encrypted.
    var isTLS: Bool { self == .tls4 || self == .tls6 }
}
