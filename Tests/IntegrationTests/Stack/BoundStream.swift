// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import TestSupport

/// A TCP connection to 127.0.0.1 that sends whatever octets a test likes.
final class BoundStream {
    private let descriptor: CInt
    private var received: [UInt8] = []

    /// Connects to `port`.
    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var server = sockaddr_in()
        server.sin_family = sa_family_t(AF_INET)
        server.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        server.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // SAFETY: the address is of the length given and outlives the call.
        let isConnected = unsafe withUnsafePointer(to: &server) { server in
            unsafe connect(
                descriptor,
                UnsafeRawPointer(server).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_in>.size)
            ) == 0
        }
        guard isConnected else { throw SupportError("cannot connect to port \(port): error \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends octets; false when the other side has closed the connection.
    func send(_ octets: [UInt8]) -> Bool {
        var rest = octets[...]
        while !rest.isEmpty {
            // SAFETY: the slice's own memory and length.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Says that nothing more comes.
    func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes with a reset instead of an orderly end, when the object goes.
    func willReset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        // SAFETY: one structure of the length given, which outlives the call.
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// The next message without its length; nil at the end of the stream. Throws when nothing comes for ten seconds.
    func message() throws -> [UInt8]? {
        while true {
            if received.count >= 2 {
                let end = 2 + Int(received[0]) << 8 + Int(received[1])
                if received.count >= end {
                    defer { received.removeSubrange(..<end) }
                    return Array(received[2..<end])
                }
            }
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one structure, which outlives the call.
            guard unsafe poll(&waiting, 1, 10_000) == 1 else { throw SupportError("a connection fell silent") }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            // SAFETY: the array's own memory and length.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count > 0 else { return nil }
            received += buffer[..<count]
        }
    }
}
