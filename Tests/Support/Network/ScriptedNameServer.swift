// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
import Foundation
import Synchronization

/// A name server on 127.0.0.1, over UDP and TCP, that answers as a test wants; what it does may be changed while it runs.
package final class ScriptedNameServer: Sendable {
    /// The answer to a query, and whether that came over TCP; nil for none.
    package typealias Script = @Sendable (_ query: Message, _ isStream: Bool) -> Message?

    /// The port of both transports.
    package let port: Int
    private let script: Mutex<Script>
    private let datagrams: Int32
    private let connections: Int32
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts it on a free port.
    package init(_ script: @escaping Script) throws {
        self.script = Mutex(script)
        port = try FreePort.next()
        datagrams = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        connections = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let sockets = [datagrams, connections]
        // SAFETY: the address outlives the calls and is of the length given.
        let isBound = unsafe withUnsafePointer(to: &address) { pointer in
            let general = unsafe UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self)
            return sockets.allSatisfy { unsafe bind($0, general, length) == 0 }
        }
        guard isBound, listen(connections, 16) == 0 else { throw SupportError("cannot listen on port \(port)") }
        Thread.detachNewThread { [self] in
            while !isStopping.load(ordering: .relaxed) { serve() }
            ended.signal()
        }
    }

    deinit {
        close(datagrams)
        close(connections)
    }

    /// Answers otherwise from now on.
    package func change(_ script: @escaping Script) {
        self.script.withLock { $0 = script }
    }

    /// Ends it; its thread is gone afterwards.
    package func stop() {
        isStopping.store(true, ordering: .relaxed)
        ended.wait()
    }

    private func serve() {
        var pollers = [datagrams, connections].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard unsafe poll(&pollers, 2, 20) > 0 else { return }
        if pollers[0].revents != 0 { answerDatagram() }
        if pollers[1].revents != 0 { answerConnection() }
    }

    private func answer(_ octets: ArraySlice<UInt8>, isStream: Bool) -> [UInt8]? {
        guard let query = try? Message(wire: Array(octets)) else { return nil }
        let script = script.withLock { $0 }
        return try? script(query, isStream)?.encoded()
    }

    private func answerDatagram() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var from = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // SAFETY: buffer and address outlive the calls.
        unsafe withUnsafeMutablePointer(to: &from) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let count = unsafe recvfrom(datagrams, &buffer, buffer.count, 0, address, &length)
                guard count > 0, let answer = answer(buffer[..<count], isStream: false) else { return }
                unsafe sendto(datagrams, answer, answer.count, 0, address, length)
            }
        }
    }

    /// One query a connection, as short as a test's are.
    private func answerConnection() {
        let connection = accept(connections, nil, nil)
        guard connection >= 0 else { return }
        defer { close(connection) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        // SAFETY: the limit outlives the call and is of the length given.
        unsafe setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while input.count < 2 || input.count < 2 + (Int(input[0]) << 8 | Int(input[1])) {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            input += buffer[..<count]
        }
        guard let answer = answer(input[2...], isStream: true) else { return }
        let framed = [UInt8(answer.count >> 8), UInt8(answer.count & 255)] + answer
        unsafe send(connection, framed, framed.count, Int32(MSG_NOSIGNAL))
    }
}
