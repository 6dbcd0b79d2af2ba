// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation

/// Asks one name server one question at a time over UDP. Blocks the calling thread: use it off the cooperative pool.
final class DNSProbe {
    private let socket: Int32
    private var identifier = UInt16.random(in: .min ... .max)
    private var buffer = [UInt8](repeating: 0, count: 65_535)

    /// - Throws: `ControlError` when `host` is no IPv4 or IPv6 address or no socket can be had.
    init(host: String, port: Int) throws {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: getaddrinfo fills the list, which is read before it is freed.
        guard unsafe getaddrinfo(host, "\(port)", &hints, &list) == 0, let first = unsafe list else {
            throw ControlError("'\(host)' port \(port) is no address to ask")
        }
        defer { unsafe freeaddrinfo(list) }
        socket = unsafe Glibc.socket(first.pointee.ai_family, Int32(SOCK_DGRAM.rawValue), 0)
        guard socket >= 0, unsafe connect(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 else {
            throw ControlError("cannot open a socket to \(host) port \(port): \(systemErrorText())")
        }
    }

    deinit {
        close(socket)
    }

    /// The answer to one question, or nil when none came in time.
    ///
    /// - Parameter milliseconds: how long to wait.
    func ask(_ name: Name, _ type: RRType, milliseconds: Int32) -> Message? {
        identifier &+= 1
        let query = Message.query(id: identifier, Question(name: name, type: type))
        guard let octets = try? query.encoded() else { return nil }
        let sent = unsafe octets.withUnsafeBytes { unsafe send(socket, $0.baseAddress, $0.count, 0) }
        guard sent == octets.count else { return nil }
        let deadline = ContinuousClock.now + .milliseconds(Int64(milliseconds))
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { return nil }
            var poller = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
            // SAFETY: one pollfd that outlives the call.
            guard unsafe poll(&poller, 1, max(1, Int32(left))) > 0 else { return nil }
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
            // A refused port is reported by recv; a late answer to an earlier question is passed over.
            guard count > 0 else { return nil }
            guard let message = try? Message(wire: Array(buffer[..<count])), message.header.id == identifier else {
                continue
            }
            return message
        }
    }
}
