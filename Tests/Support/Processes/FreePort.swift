// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// Finds ports that nothing listens on.
package enum FreePort {
    /// A port on 127.0.0.1 that is free for TCP and UDP at this moment.
    package static func next() throws -> Int {
        for _ in 0..<50 {
            let tcp = try bound(type: Int32(SOCK_STREAM.rawValue), port: 0)
            defer { close(tcp.descriptor) }
            if let udp = try? bound(type: Int32(SOCK_DGRAM.rawValue), port: UInt16(tcp.port)) {
                close(udp.descriptor)
                return tcp.port
            }
        }
        throw SupportError("no port is free for both TCP and UDP")
    }

    /// Whether `port` of 127.0.0.1 is free for TCP and UDP at this moment.
    package static func isFree(_ port: Int) -> Bool {
        [SOCK_STREAM, SOCK_DGRAM].allSatisfy { type in
            guard let socket = try? bound(type: Int32(type.rawValue), port: UInt16(clamping: port)) else {
                return false
            }
            close(socket.descriptor)
            return true
        }
    }

    private static func bound(type: Int32, port: UInt16) throws -> (descriptor: CInt, port: Int) {
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var address = LoopbackAddress.make(port: port)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: the address is a sockaddr_in of the length given, and outlives the calls.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else {
            let reason = errno
            close(descriptor)
            throw SupportError("cannot bind port \(port): error \(reason)")
        }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }
}
