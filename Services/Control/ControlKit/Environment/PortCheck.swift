// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Finds out before anything starts whether another program has one of the ports.
enum PortCheck {
    /// - Throws: `ControlError` naming the first port that is taken.
    static func requireFree(_ ports: Ports) throws {
        for port in ports.base..<(ports.base + Ports.count) {
            guard try isFree(port, type: SOCK_STREAM), try isFree(port, type: SOCK_DGRAM) else {
                throw ControlError(
                    "port \(port) of 127.0.0.1 is taken by another program; choose others with PORT_BASE=N (now \(ports.base))"
                )
            }
        }
    }

    private static func isFree(_ port: Int, type: __socket_type) throws -> Bool {
        let socket = Glibc.socket(AF_INET, Int32(type.rawValue), 0)
        guard socket >= 0 else { throw ControlError("cannot open a socket: \(systemErrorText())") }
        defer { close(socket) }
        var one: Int32 = 1
        // SAFETY: the option's value and the address outlive the calls that copy them.
        _ = unsafe setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
