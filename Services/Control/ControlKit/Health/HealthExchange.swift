// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation

/// One question to one server over a socket of its own, closed afterwards.
///
/// Each question has a new source port, so that with `SO_REUSEPORT` all threads of a responder are asked in turn. Blocks
/// the calling thread: use it off the cooperative pool.
struct HealthExchange {
    /// Why there is no answer.
    enum Failure: Error {
        /// The server gave none.
        case noAnswer(String)
        /// This machine could not ask.
        case cannotAsk(String)
    }

    let server: ServerAddress
    /// For the whole exchange, a truncated answer's repetition over TCP included.
    let timeout: Duration

    /// The answer over UDP, or over TCP if that is truncated (rate limits may do that to a healthy server's answers).
    func datagram(_ question: Question) throws(Failure) -> Message {
        let deadline = ContinuousClock.now + timeout
        let answer = try overDatagram(question, until: deadline)
        return answer.header.isTruncated ? try overStream(question, until: deadline) : answer
    }

    /// The answer over a TCP connection.
    func stream(_ question: Question) throws(Failure) -> Message {
        try overStream(question, until: .now + timeout)
    }

    private func overDatagram(
        _ question: Question,
        until deadline: ContinuousClock.Instant
    ) throws(Failure) -> Message {
        let (identifier, query) = try encoded(question)
        let socket = try opened(Int32(SOCK_DGRAM.rawValue))
        defer { close(socket) }
        try connect(socket, until: deadline)
        try send(query, socket, until: deadline)
        var buffer = [UInt8](repeating: 0, count: Message.maximumLength)
        while true {
            let count = try receive(socket, into: &buffer, until: deadline)
            // What is not the answer to this question may come from anybody, and is passed over.
            if let answer = accepted(Array(buffer[..<count]), identifier, question) { return answer }
        }
    }

    private func overStream(_ question: Question, until deadline: ContinuousClock.Instant) throws(Failure) -> Message {
        let (identifier, query) = try encoded(question)
        let socket = try opened(Int32(SOCK_STREAM.rawValue))
        defer { close(socket) }
        try connect(socket, until: deadline)
        try send([UInt8(query.count >> 8), UInt8(query.count & 255)] + query, socket, until: deadline)
        var input: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while input.count < 2 || input.count < 2 + (Int(input[0]) << 8 | Int(input[1])) {
            let count = try receive(socket, into: &buffer, until: deadline)
            guard count > 0 else { throw .noAnswer("the TCP connection was closed without an answer") }
            input += buffer[..<count]
        }
        guard let answer = accepted(Array(input[2..<2 + (Int(input[0]) << 8 | Int(input[1]))]), identifier, question)
        else { throw .noAnswer("what came over TCP is no answer to the question") }
        return answer
    }

    private func encoded(_ question: Question) throws(Failure) -> (UInt16, [UInt8]) {
        let identifier = UInt16.random(in: .min ... .max)
        do {
            return (identifier, try Message.query(id: identifier, question).encoded())
        } catch {
            throw .cannotAsk("the question cannot be written: \(error)")
        }
    }

    private func accepted(_ octets: [UInt8], _ identifier: UInt16, _ question: Question) -> Message? {
        guard let message = try? Message(wire: octets), message.header.id == identifier, message.header.isResponse,
            message.questions == [question]
        else { return nil }
        return message
    }

    private func opened(_ kind: Int32) throws(Failure) -> Int32 {
        let family = server.host.contains(":") ? AF_INET6 : AF_INET
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Glibc.socket(family, kind | flags, 0)
        guard socket >= 0 else { throw .cannotAsk("no socket: \(systemErrorText())") }
        return socket
    }

    private func connect(_ socket: Int32, until deadline: ContinuousClock.Instant) throws(Failure) {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        // SAFETY: getaddrinfo fills the list, which is read before it is freed.
        guard unsafe getaddrinfo(server.host, "\(server.port)", &hints, &list) == 0, let first = unsafe list else {
            throw .cannotAsk("\(server.host) is no address")
        }
        defer { unsafe freeaddrinfo(list) }
        if unsafe Glibc.connect(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 { return }
        guard errno == EINPROGRESS else { throw .noAnswer("cannot connect: \(systemErrorText())") }
        try wait(socket, for: Int16(POLLOUT), until: deadline)
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        // SAFETY: both outlive the call, and the length is that of the number.
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0, error == 0 else {
            throw .noAnswer("cannot connect: \(systemErrorText(error))")
        }
    }

    private func send(_ octets: [UInt8], _ socket: Int32, until deadline: ContinuousClock.Instant) throws(Failure) {
        try wait(socket, for: Int16(POLLOUT), until: deadline)
        // SAFETY: the array's own memory and length. A query fits any socket's empty buffer: it is taken whole.
        let sent = unsafe octets.withUnsafeBytes {
            unsafe Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        guard sent == octets.count else { throw .noAnswer("cannot send: \(systemErrorText())") }
    }

    private func receive(
        _ socket: Int32,
        into buffer: inout [UInt8],
        until deadline: ContinuousClock.Instant
    ) throws(Failure) -> Int {
        try wait(socket, for: Int16(POLLIN), until: deadline)
        // SAFETY: the array's own memory and length.
        let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(socket, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .noAnswer("no answer: \(systemErrorText())") }
        return count
    }

    private func wait(_ socket: Int32, for events: Int16, until deadline: ContinuousClock.Instant) throws(Failure) {
        while true {
            let left = (deadline - .now) / .milliseconds(1)
            guard left > 0 else { throw .noAnswer("no answer within \(TimeSpan(duration: timeout).text)") }
            var poller = pollfd(fd: socket, events: events, revents: 0)
            // SAFETY: one pollfd that outlives the call.
            let count = unsafe poll(&poller, 1, Int32(min(left.rounded(.up), 60_000)))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw .cannotAsk("poll: \(systemErrorText())") }
        }
    }
}
