// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// Which of a query's two messages a dnstap payload tells of.
enum DnstapKind: UInt64, Sendable {
    /// What was asked.
    case authQuery = 1
    /// What was answered.
    case authResponse = 2
}

/// Makes dnstap payloads (https://dnstap.info, dnstap.proto).
struct DnstapEncoder: Sendable {
    /// The content type of Frame Streams that carry these payloads.
    static let contentType = "protobuf:dnstap.Dnstap"

    /// The server's name.
    let identity: String
    /// The server's software.
    let version: String

    /// The payload of type `Dnstap` for one message.
    func payload(_ kind: DnstapKind, _ tapped: TappedQuery) -> ByteBuffer {
        var outer = ProtobufWriter(ByteBuffer())
        outer.put(1, octets: identity.utf8)
        outer.put(2, octets: version.utf8)
        let inner = message(kind, tapped)
        outer.put(14, octets: inner.readableBytesView)
        outer.put(15, varint: 1)
        return outer.buffer
    }

    private func message(_ kind: DnstapKind, _ tapped: TappedQuery) -> ByteBuffer {
        let entry = tapped.entry
        var message = ProtobufWriter(ByteBuffer())
        message.put(1, varint: kind.rawValue)
        message.put(2, varint: entry.client.isIPv4 ? 1 : 2)
        message.put(3, varint: Self.socketProtocol(entry.transport))
        message.put(4, octets: entry.client.octets)
        message.put(6, varint: UInt64(entry.port))
        let seconds = UInt64(clamping: entry.seconds)
        switch kind {
        case .authQuery:
            message.put(8, varint: seconds)
            message.put(9, fixed32: entry.nanoseconds)
            unsafe message.put(10, octets: tapped.query)
        case .authResponse:
            // The batch has one time: that of its arrival stands for both.
            message.put(8, varint: seconds)
            message.put(9, fixed32: entry.nanoseconds)
            message.put(12, varint: seconds)
            message.put(13, fixed32: entry.nanoseconds)
            unsafe message.put(14, octets: tapped.response)
        }
        return message.buffer
    }

    private static func socketProtocol(_ transport: Transport) -> UInt64 {
        switch transport {
        case .udp4, .udp6: 1
        case .tcp4, .tcp6: 2
        case .tls4, .tls6: 3
        }
    }
}
