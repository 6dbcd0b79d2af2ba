// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import TestSupport

/// A UDP socket that asks 127.0.0.1 from another address of 127.0.0.0/8.
final class BoundDatagram {
    private let descriptor: CInt

    /// A socket at `source`, an address as a number, that talks to `port`.
    init(source: UInt32, port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var own = Self.address(source, 0)
        var server = Self.address(0x7F00_0001, port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: both are of the length given and outlive the calls.
        let isReady = unsafe withUnsafePointer(to: &own) { own in
            unsafe withUnsafePointer(to: &server) { server in
                unsafe bind(descriptor, UnsafeRawPointer(own).assumingMemoryBound(to: sockaddr.self), length) == 0
                    && connect(descriptor, UnsafeRawPointer(server).assumingMemoryBound(to: sockaddr.self), length) == 0
            }
        }
        guard isReady else { throw SupportError("cannot use 127.0.0.0/8: error \(errno)") }
    }

    deinit { close(descriptor) }

    /// Sends a message; what the system does not take is lost, as on a network.
    func send(_ message: [UInt8]) {
        // SAFETY: the array's own memory and length.
        _ = unsafe message.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// The next message, or nil when none comes within `milliseconds`.
    func receive(within milliseconds: Int32) -> [UInt8]? {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure, which outlives the call.
        guard unsafe poll(&waiting, 1, milliseconds) == 1 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 4096)
        // SAFETY: the array's own memory and length.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        return count < 0 ? nil : Array(buffer[..<count])
    }

    private static func address(_ number: UInt32, _ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = number.bigEndian
        return address
    }
}
