// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
package import Runtime

/// A listening TCP socket, made here or taken over from another process.
///
/// The value holds a descriptor of its own, so that the socket, with the connections that wait in it, outlives the
/// channel that accepts from it for as long as a successor may want it. Closed with the value's life.
package final class StreamListener: Sendable {
    /// Connections that may wait to be accepted, as far as the system allows it (`net.core.somaxconn`).
    private static let backlog: Int32 = 4096
    /// Clients that may send their query with the first packet (RFC 7413) and are not connected yet.
    private static let fastOpenQueue: Int32 = 256
    /// Octets of answers that the kernel takes of one connection before the client's side takes any.
    private static let unsentOctets: Int32 = 131_072

    /// The address asked for, with the port that the system chose where 0 was asked for.
    package let address: HostPort
    /// The socket; owned by this value.
    package let descriptor: CInt

    /// A socket bound to `address`, where nobody else may be; throws what the system says.
    package convenience init(_ address: HostPort) throws {
        let target = try SocketAddress(ipAddress: address.host, port: address.port)
        let family = target.protocol == .inet6 ? AF_INET6 : AF_INET
        let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue) | CInt(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(family, type, CInt(IPPROTO_TCP))
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            try Self.require(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
            // Both families' wildcard addresses can be bound beside each other.
            if family == AF_INET6 { try Self.require(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
            // SAFETY: the address lives through the call, and its own length is given.
            let code = unsafe target.withSockAddr { unsafe bind(descriptor, $0, socklen_t($1)) }
            guard code == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
            try self.init(address, adopting: descriptor)
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Takes over a bound socket. When it throws, the socket still belongs to the caller.
    package init(_ address: HostPort, adopting descriptor: CInt) throws {
        guard let port = Self.port(of: descriptor) else { throw IOError(errnoCode: errno, reason: "getsockname") }
        _ = Self.set(descriptor, CInt(IPPROTO_TCP), TCP_FASTOPEN, Self.fastOpenQueue)
        _ = Self.set(descriptor, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Self.unsentOctets)
        guard listen(descriptor, Self.backlog) == 0 else { throw IOError(errnoCode: errno, reason: "listen") }
        self.address = HostPort(host: address.host, port: port)
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Another descriptor of the same socket, which the caller owns.
    func duplicate() throws -> CInt {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw IOError(errnoCode: errno, reason: "fcntl") }
        return copy
    }

    /// Takes back the backlog that NIO sets when it is given a socket.
    func restoreBacklog() {
        _ = listen(descriptor, Self.backlog)
    }

    private static func require(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) throws {
        guard set(descriptor, level, name, value) else { throw IOError(errnoCode: errno, reason: "setsockopt") }
    }

    private static func set(_ descriptor: CInt, _ level: CInt, _ name: CInt, _ value: CInt) -> Bool {
        var value = value
        // SAFETY: the value lives through the call, and its own size is given.
        return unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<CInt>.size)) == 0
    }

    private static func port(of descriptor: CInt) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // SAFETY: the storage is as large as any address, and its size is given.
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let code = unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
            guard code == 0 else { return nil }
            // The port lies at the same place in both families' addresses.
            let octets = UnsafeRawPointer(pointer)
            return unsafe Int(UInt16(bigEndian: octets.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        }
    }
}
