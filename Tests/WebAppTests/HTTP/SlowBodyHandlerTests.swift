// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import WebApp

@Suite struct SlowBodyHandlerTests {
    /// A connection whose requests have ten seconds.
    private static func connection() throws -> EmbeddedChannel {
        let limiter = RateLimiter(limits: .init(account: 10, address: 10))
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([
            MalformedRequestHandler(limiter: limiter, clock: .system), SlowBodyHandler(grace: .seconds(10)),
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(
            HTTPRequestPart.head(HTTPRequest(method: .post, scheme: nil, authority: nil, path: "/v2/1/domains"))
        )
        return channel
    }

    /// The status and the body of the answer that was written, nil when there is none.
    private static func answer(_ channel: EmbeddedChannel) throws -> (head: HTTPResponse, body: String)? {
        guard case .head(let head) = try channel.readOutbound(as: HTTPResponsePart.self) else { return nil }
        var text = ""
        while case .body(let buffer) = try channel.readOutbound(as: HTTPResponsePart.self) {
            text += String(buffer: buffer)
        }
        return (head, text)
    }

    @Test func `a body that does not arrive is answered with 408, and the connection is closed`() throws {
        let channel = try Self.connection()
        for _ in 0..<9 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "{")))
        }
        #expect(try Self.answer(channel) == nil)
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        let answer = try #require(try Self.answer(channel))
        #expect(answer.head.status.code == 408)
        #expect(answer.body == #"{"message":"The request body did not arrive in time"}"#)
        #expect(answer.head.headerFields[.contentLength] == String(answer.body.utf8.count))
        #expect(answer.head.headerFields[.rateLimitLimit] == "10")
        #expect(answer.head.headerFields[.requestID] != nil)
        #expect(!channel.isActive)
    }

    @Test func `a large body has the longer the more of it there is`() throws {
        let channel = try Self.connection()
        for _ in 0..<60 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try channel.writeInbound(
                HTTPRequestPart.body(ByteBuffer(repeating: 0x20, count: SlowBodyHandler.leastRate))
            )
        }
        #expect(channel.isActive)
        try channel.writeInbound(HTTPRequestPart.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .hours(1))
        #expect(try Self.answer(channel) == nil)
        #expect(channel.isActive)
        _ = try channel.finish()
    }

    @Test func `who has an answer already and goes on sending is just cut off`() throws {
        let channel = try Self.connection()
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .contentTooLarge)))
        #expect(try Self.answer(channel)?.head.status.code == 413)
        channel.embeddedEventLoop.advanceTime(by: .seconds(11))
        #expect(try Self.answer(channel) == nil)
        #expect(!channel.isActive)
    }
}
