// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// Asks a server, on 127.0.0.1 unless told, many questions, several at a time, and puts the answers in the order of the
/// questions.
package struct PipelinedDNSClient: Sendable {
    /// The server's address.
    package let host: String
    /// The server's port.
    package let port: Int
    /// How many questions wait for an answer at most.
    package let window: Int
    /// How often a question that UDP lost is asked again, one second later.
    private let attempts = 4

    package init(host: String = "127.0.0.1", port: Int, window: Int = 64) {
        self.host = host
        self.port = port
        self.window = window
    }

    /// The answers over UDP, nil where none came. The identifiers of the messages are overwritten.
    package func askUDP(_ messages: [[UInt8]]) throws -> [[UInt8]?] {
        let descriptor = try LoopbackAddress.connected(
            type: Int32(SOCK_DGRAM.rawValue),
            host: host,
            port: port,
            timeout: .seconds(1)
        )
        defer { close(descriptor) }
        var answers = [[UInt8]?](repeating: nil, count: messages.count)
        for start in stride(from: 0, to: messages.count, by: 0xFFFF) {
            var waiting = Array(start..<min(start + 0xFFFF, messages.count))
            for _ in 0..<attempts where !waiting.isEmpty {
                var outstanding = 0
                var next = 0
                while next < waiting.count || outstanding > 0 {
                    while next < waiting.count, outstanding < window {
                        let index = waiting[next]
                        try LoopbackAddress.send(Self.numbered(messages[index], index - start), to: descriptor)
                        outstanding += 1
                        next += 1
                    }
                    guard let answer = LoopbackAddress.receive(from: descriptor, limit: 8192) else {
                        outstanding = 0
                        continue
                    }
                    guard answer.count >= 2 else { continue }
                    let index = start + Int(answer[0]) << 8 + Int(answer[1])
                    guard index < messages.count, answers[index] == nil else { continue }
                    answers[index] = answer
                    outstanding = max(0, outstanding - 1)
                }
                waiting = waiting.filter { answers[$0] == nil }
            }
        }
        return answers
    }

    /// The answers over one TCP connection, at most 65,535; throws when the server closes it or falls silent.
    package func askTCP(_ messages: [[UInt8]]) throws -> [[UInt8]] {
        let descriptor = try LoopbackAddress.connected(
            type: Int32(SOCK_STREAM.rawValue),
            host: host,
            port: port,
            timeout: .seconds(10)
        )
        defer { close(descriptor) }
        var answers = [[UInt8]?](repeating: nil, count: messages.count)
        var buffer: [UInt8] = []
        var asked = 0
        var answered = 0
        while answered < messages.count {
            while asked < messages.count, asked - answered < window {
                let message = Self.numbered(messages[asked], asked)
                try LoopbackAddress.send(
                    [UInt8(message.count >> 8), UInt8(message.count & 255)] + message,
                    to: descriptor
                )
                asked += 1
            }
            guard let more = LoopbackAddress.receive(from: descriptor, limit: 65_536), !more.isEmpty else {
                throw SupportError("the stream ended after \(answered) of \(messages.count) answers")
            }
            buffer += more
            var start = 0
            while buffer.count - start >= 4 {
                let length = Int(buffer[start]) << 8 + Int(buffer[start + 1])
                guard buffer.count - start >= 2 + length else { break }
                let index = Int(buffer[start + 2]) << 8 + Int(buffer[start + 3])
                guard index < messages.count, answers[index] == nil else {
                    throw SupportError("an answer to nothing that was asked")
                }
                answers[index] = Array(buffer[(start + 2)..<(start + 2 + length)])
                answered += 1
                start += 2 + length
            }
            buffer.removeSubrange(..<start)
        }
        return answers.compactMap { $0 }
    }

    private static func numbered(_ message: [UInt8], _ number: Int) -> [UInt8] {
        guard message.count >= 2 else { return message }
        var message = message
        message[0] = UInt8(number >> 8 & 255)
        message[1] = UInt8(number & 255)
        return message
    }
}
