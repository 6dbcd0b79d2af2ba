// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
import Glibc

/// Asks a server, on 127.0.0.1 unless told, one question, over UDP or TCP. Deliberately simple: tests compare the octets.
package struct DNSClient: Sendable {
    package let host: String
    package let port: Int
    package let timeout: Duration

    package init(host: String = "127.0.0.1", port: Int, timeout: Duration = .seconds(2)) {
        self.host = host
        self.port = port
        self.timeout = timeout
    }

    /// A query message with one question of class IN and, unless `payloadSize` is nil, an OPT record.
    package static func question(
        _ name: Name,
        _ type: RRType,
        id: UInt16 = 0x5A5A,
        payloadSize: UInt16? = 1232,
        dnssecOK: Bool = false
    ) -> [UInt8] {
        var message: [UInt8] = [UInt8(id >> 8), UInt8(id & 255), 0, 0, 0, 1, 0, 0, 0, 0, 0, payloadSize == nil ? 0 : 1]
        message += name.wire
        message += [UInt8(type.rawValue >> 8), UInt8(type.rawValue & 255), 0, 1]
        if let payloadSize {
            message += [
                0, 0, 41, UInt8(payloadSize >> 8), UInt8(payloadSize & 255), 0, 0, dnssecOK ? 0x80 : 0, 0, 0, 0,
            ]
        }
        return message
    }

    /// The answer to `message` over UDP, or nil when none came in time.
    package func askUDP(_ message: [UInt8]) throws -> [UInt8]? {
        let descriptor = try connected(SOCK_DGRAM)
        defer { close(descriptor) }
        try LoopbackAddress.send(message, to: descriptor)
        return LoopbackAddress.receive(from: descriptor, limit: 65_535)
    }

    /// The answer to `message` over TCP, without its length, or nil when none came in time.
    package func askTCP(_ message: [UInt8]) throws -> [UInt8]? {
        let descriptor = try connected(SOCK_STREAM)
        defer { close(descriptor) }
        let length = message.count
        try LoopbackAddress.send([UInt8(length >> 8), UInt8(length & 255)] + message, to: descriptor)
        var answer: [UInt8] = []
        while answer.count < 2 || answer.count < 2 + Int(answer[0]) << 8 + Int(answer[1]) {
            guard let more = LoopbackAddress.receive(from: descriptor, limit: 65_537), !more.isEmpty else { return nil }
            answer += more
        }
        return Array(answer[2...])
    }

    /// Sends `message` over TCP and hands each message that comes back, without its length, to `take`, until that says
    /// that it was the last one. Throws `SupportError` when the stream ends or falls silent before.
    package func converse(_ message: [UInt8], _ take: ([UInt8]) throws -> Bool) throws {
        let descriptor = try connected(SOCK_STREAM)
        defer { close(descriptor) }
        let length = message.count
        try LoopbackAddress.send([UInt8(length >> 8), UInt8(length & 255)] + message, to: descriptor)
        var buffer: [UInt8] = []
        while true {
            while buffer.count >= 2, buffer.count >= 2 + Int(buffer[0]) << 8 + Int(buffer[1]) {
                let end = 2 + Int(buffer[0]) << 8 + Int(buffer[1])
                let isLast = try take(Array(buffer[2..<end]))
                buffer.removeSubrange(..<end)
                if isLast { return }
            }
            guard let more = LoopbackAddress.receive(from: descriptor, limit: 65_537), !more.isEmpty else {
                throw SupportError("the stream ended before the last message")
            }
            buffer += more
        }
    }

    private func connected(_ type: __socket_type) throws -> CInt {
        try LoopbackAddress.connected(type: Int32(type.rawValue), host: host, port: port, timeout: timeout)
    }
}
