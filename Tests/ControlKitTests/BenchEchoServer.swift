// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization

/// A name server as far as a load generator can tell: sends every query back as a response, on a thread of its own.
final class BenchEchoServer: Sendable {
    /// What it does to queries.
    struct Behaviour: Sendable {
        var code: UInt8 = 0
        /// One of so many queries gets no answer; 0 for none.
        var dropsEvery = 0
        /// Each answer is sent twice.
        var repeats = false
        /// Octets added to each answer.
        var padding = 0
    }

    let port: UInt16
    /// Queries received, and the identifiers and questions among them that were different.
    private let seen = Mutex((queries: 0, questions: Set<[UInt8]>()))
    private let descriptor: Int32
    private let isStopping = Atomic(false)
    private let ended = DispatchSemaphore(value: 0)

    init(isStream: Bool = false, _ behaviour: Behaviour = Behaviour()) throws {
        let kind = isStream ? SOCK_STREAM : SOCK_DGRAM
        descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        var size = 4 << 20
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = unsafe inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let failed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, length) != 0 || getsockname(descriptor, $0, &length) != 0
            }
        }
        guard !failed, !isStream || listen(descriptor, 16) == 0 else { throw POSIXError(.EADDRINUSE) }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            if isStream { serveStreams(behaviour) } else { serveDatagrams(behaviour) }
            ended.signal()
        }
    }

    deinit {
        close(descriptor)
    }

    func stop() {
        isStopping.store(true, ordering: .relaxed)
        ended.wait()
    }

    var queries: Int { seen.withLock { $0.queries } }
    /// Different packets received, identifiers apart.
    var questions: Set<[UInt8]> { seen.withLock { $0.questions } }

    /// The answer to a query; nil to drop it.
    private func answer(_ query: ArraySlice<UInt8>, _ behaviour: Behaviour) -> [UInt8]? {
        let number = seen.withLock { seen in
            seen.queries += 1
            seen.questions.insert(Array(query.dropFirst(2)))
            return seen.queries
        }
        if behaviour.dropsEvery > 0, number % behaviour.dropsEvery == 0 { return nil }
        var answer = Array(query)
        answer[2] |= 0x80
        answer[3] = answer[3] & 0xF0 | behaviour.code
        return answer + Array(repeating: 0, count: behaviour.padding)
    }

    private func isReadable(_ descriptor: Int32) -> Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while !isStopping.load(ordering: .relaxed) {
            if unsafe poll(&poller, 1, 20) > 0 { return true }
        }
        return false
    }

    private func serveDatagrams(_ behaviour: Behaviour) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while isReadable(descriptor) {
            var from = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            unsafe withUnsafeMutablePointer(to: &from) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    let count = unsafe recvfrom(descriptor, &buffer, buffer.count, 0, address, &length)
                    guard count >= 12, let answer = answer(buffer[..<count], behaviour) else { return }
                    for _ in 0..<(behaviour.repeats ? 2 : 1) {
                        unsafe sendto(descriptor, answer, answer.count, 0, address, length)
                    }
                }
            }
        }
    }

    private func serveStreams(_ behaviour: Behaviour) {
        while isReadable(descriptor) {
            let connection = accept(descriptor, nil, nil)
            guard connection >= 0 else { continue }
            Thread.detachNewThread { [self] in
                serve(connection, behaviour)
                close(connection)
            }
        }
    }

    private func serve(_ connection: Int32, _ behaviour: Behaviour) {
        var pending: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1000)
        while isReadable(connection) {
            let count = unsafe recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            pending += buffer[..<count]
            while pending.count >= 2, pending.count >= 2 + Int(pending[0]) << 8 + Int(pending[1]) {
                let length = Int(pending[0]) << 8 + Int(pending[1])
                if let answer = answer(pending[2..<2 + length], behaviour) {
                    let framed = [UInt8(answer.count >> 8), UInt8(answer.count & 255)] + answer
                    unsafe send(connection, framed, framed.count, Int32(MSG_NOSIGNAL))
                }
                pending.removeFirst(2 + length)
            }
        }
    }
}
