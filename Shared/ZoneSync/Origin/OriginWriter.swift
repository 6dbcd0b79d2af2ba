// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Writes messages to one consumer in pieces of bounded size; suspends while the consumer does not read.
actor OriginWriter {
    /// Octets gathered before they are given to the channel.
    private static let pieceOctets = 64 * 1_024

    private let outbound: NIOAsyncChannelOutboundWriter<OriginOutbound>
    private var buffer = ByteBuffer()
    private var isBodyOpen = false
    private var startsPings = false
    /// A write failed: the consumer is gone.
    private(set) var isBroken = false
    /// Octets of the messages written since ``takeOctets()``.
    private var octets = 0

    init(_ outbound: NIOAsyncChannelOutboundWriter<OriginOutbound>) {
        self.outbound = outbound
    }

    /// Writes a message without a body.
    func write(_ message: ServerMessage) async throws {
        append(message.line)
        append("\n")
        if case .helloAccepted = message { startsPings = true }
        try await flushIfFull()
    }

    /// Writes a message whose body is at hand: lines, each ended by LF.
    func write(_ message: ServerMessage, body: String) async throws {
        open(message)
        var rest = body.utf8[...]
        while !rest.isEmpty {
            // No character of a body has more than one octet.
            try await lines(String(decoding: rest.prefix(Self.pieceOctets), as: UTF8.self))
            rest = rest.dropFirst(Self.pieceOctets)
        }
        try await close()
    }

    /// Begins a message with a body.
    func open(_ message: ServerMessage) {
        append(message.line)
        append("\n")
        isBodyOpen = true
    }

    /// Lines of the open body.
    func lines(_ text: String) async throws {
        append(text)
        try await flushIfFull()
    }

    /// Ends the open body.
    func close() async throws {
        append(".\n")
        isBodyOpen = false
        try await flushIfFull()
    }

    /// Voids the open body, if there is one: what was sent of it has no effect. True when there was one.
    func abandon() async throws -> Bool {
        guard isBodyOpen else { return false }
        append("..\n")
        isBodyOpen = false
        try await flush()
        return true
    }

    /// Octets written since the last call.
    func takeOctets() -> Int {
        defer { octets = 0 }
        return octets
    }

    /// Octets written since the last call of ``takeOctets()``.
    var writtenOctets: Int { octets }

    /// Gives everything gathered to the channel.
    func flush() async throws {
        guard buffer.readableBytes > 0 else { return }
        let message = OriginOutbound(octets: buffer, leavesBodyOpen: isBodyOpen, startsPings: startsPings)
        buffer = ByteBuffer()
        startsPings = false
        do {
            try await outbound.write(message)
        } catch {
            isBroken = true
            throw error
        }
    }

    private func append(_ text: String) {
        octets += buffer.writeString(text)
    }

    private func flushIfFull() async throws {
        if buffer.readableBytes >= Self.pieceOctets { try await flush() }
    }
}
