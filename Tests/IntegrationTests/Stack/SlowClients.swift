// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import TestSupport

/// Many TCP connections from many addresses of 127.0.0.0/8 to one port, whose owner is in no hurry.
final class SlowClients {
    /// Connections of one address: fewer than a server lets one client have.
    private static let perAddress = 100

    private var descriptors: [CInt] = []

    /// Opens `count` connections, from addresses that begin with 127.`network`.
    init(_ count: Int, port: Int, network: UInt32) throws {
        try Self.allow(descriptors: count + 1_000)
        for number in 0..<count {
            let source = 0x7F00_0001 + network << 16 + UInt32(number / Self.perAddress)
            descriptors.append(try Self.connected(port, from: source))
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    /// Sends octets on the connections that `stride` and `offset` pick, as far as each takes them.
    ///
    /// - Returns: How many connections took all of them.
    @discardableResult
    func send(_ octets: [UInt8], stride step: Int = 1, offset: Int = 0) -> Int {
        stride(from: offset, to: descriptors.count, by: step).count { index in
            // SAFETY: the array's own memory and length.
            unsafe octets.withUnsafeBytes {
                let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
                return unsafe Glibc.send(descriptors[index], $0.baseAddress, $0.count, flags) == octets.count
            }
        }
    }

    /// How many connections the server has not closed.
    var open: Int {
        descriptors.count { descriptor in
            var octet: UInt8 = 0
            // SAFETY: one octet, which outlives the call.
            let count = unsafe recv(descriptor, &octet, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            return count > 0 || count < 0 && errno == EAGAIN
        }
    }

    /// Raises the number of descriptors that this process may have.
    private static func allow(descriptors: Int) throws {
        var limits = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        // SAFETY: the structure outlives the calls.
        guard unsafe getrlimit(resource, &limits) == 0 else { throw SupportError("getrlimit: error \(errno)") }
        guard limits.rlim_cur < rlim_t(descriptors) else { return }
        limits.rlim_cur = rlim_t(descriptors)
        guard limits.rlim_cur <= limits.rlim_max, unsafe setrlimit(resource, &limits) == 0 else {
            throw SupportError("the test needs \(descriptors) descriptors: raise the limit with ulimit -Hn")
        }
    }

    private static func connected(_ port: Int, from source: UInt32) throws -> CInt {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var own = address(source, port: 0)
        var server = address(0x7F00_0001, port: port)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: both addresses are of the length given and outlive the calls.
        let isConnected = unsafe withUnsafePointer(to: &own) { own in
            unsafe withUnsafePointer(to: &server) { server in
                let own = unsafe UnsafeRawPointer(own).assumingMemoryBound(to: sockaddr.self)
                let server = unsafe UnsafeRawPointer(server).assumingMemoryBound(to: sockaddr.self)
                return unsafe bind(descriptor, own, length) == 0 && connect(descriptor, server, length) == 0
            }
        }
        guard isConnected else {
            let reason = errno
            close(descriptor)
            throw SupportError("cannot connect to port \(port): error \(reason)")
        }
        return descriptor
    }

    private static func address(_ host: UInt32, port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return address
    }
}
