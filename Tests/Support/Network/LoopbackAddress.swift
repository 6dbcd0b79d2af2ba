// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// IPv4 socket addresses, on 127.0.0.1 unless another is told.
enum LoopbackAddress {
    static let text = "127.0.0.1"

    static func make(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    /// A connected socket of `type` with a time limit for each read and write.
    static func connected(type: Int32, host: String = text, port: Int, timeout: Duration) throws -> CInt {
        let descriptor = socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var limit = timeval(
            tv_sec: Int(timeout.components.seconds),
            tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000)
        )
        let limitLength = socklen_t(MemoryLayout<timeval>.size)
        var address = make(port: UInt16(truncatingIfNeeded: port))
        // SAFETY: the field is what inet_pton writes for AF_INET.
        guard unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            close(descriptor)
            throw SupportError("\(host) is not an IPv4 address")
        }
        // SAFETY: both structures outlive the calls, with their own lengths given.
        let isConnected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, limitLength)
                unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, limitLength)
                return unsafe connect(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else {
            let reason = errno
            close(descriptor)
            throw SupportError("cannot connect to \(host), port \(port): error \(reason)")
        }
        return descriptor
    }

    /// Writes all of `bytes`.
    static func send(_ bytes: [UInt8], to descriptor: CInt) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            // SAFETY: the slice's own memory and length.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SupportError("send: error \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads once, up to `limit` bytes; empty at the end of a stream, nil when the time limit passed.
    static func receive(from descriptor: CInt, limit: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: limit)
        // SAFETY: the array's own memory and length.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count < 0 ? nil : Array(buffer[..<count])
    }
}
