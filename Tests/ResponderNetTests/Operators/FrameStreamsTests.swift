// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine
import Testing

@testable import ResponderNet

@Suite struct FrameStreamsTests {
    @Test func controlFramesHaveTheFormOfTheSpecification() {
        let start = FrameStreams.control(.start, contentType: "protobuf:dnstap.Dnstap")
        let head: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 34, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 22]
        #expect(Array(start.readableBytesView) == head + Array("protobuf:dnstap.Dnstap".utf8))
        #expect(Array(FrameStreams.control(.stop).readableBytesView) == [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 3])
    }

    @Test func dataFramesHaveTheirLengthInFront() {
        var buffer = ByteBuffer()
        FrameStreams.append(ByteBuffer(bytes: [7, 8, 9]), to: &buffer)
        #expect(Array(buffer.readableBytesView) == [0, 0, 0, 3, 7, 8, 9])
    }

    @Test func controlFramesAreReadWhenTheyAreWhole() throws {
        let frame = Array(FrameStreams.control(.accept, contentType: "a").readableBytesView)
        for count in 0..<frame.count {
            var part = ByteBuffer(bytes: frame.prefix(count))
            #expect(try FrameStreams.nextControl(&part) == nil)
            #expect(part.readableBytes == count)
        }
        var whole = ByteBuffer(bytes: frame + [1])
        let read = try #require(try FrameStreams.nextControl(&whole))
        #expect(read.type == .accept)
        #expect(read.contentTypes == ["a"])
        #expect(whole.readableBytes == 1)
    }

    @Test(
        "what cannot be a control frame is refused",
        arguments: [
            [0, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3], [0, 0, 0, 0, 0, 1, 0, 0],
            [0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 9],
            [0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 200],
        ] as [[UInt8]]
    )
    func malformed(octets: [UInt8]) {
        var buffer = ByteBuffer(bytes: octets)
        #expect(throws: FrameStreams.Malformed.self) { try FrameStreams.nextControl(&buffer) }
    }

    @Test func payloadIsTheMessageOfTheSchema() {
        let entry = TapEntry(
            transport: .udp4,
            client: ClientAddress(ipv4: 0x7F00_0001),
            port: 300,
            seconds: 1,
            nanoseconds: 2
        )
        let encoder = DnstapEncoder(identity: "n", version: "v")
        let query: [UInt8] = [0xAA, 0xBB]
        let payload = unsafe query.withUnsafeBytes { query in
            let none = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
            return encoder.payload(.authQuery, unsafe TappedQuery(entry: entry, query: query, response: none))
        }
        let message: [UInt8] = [
            0x08, 1, 0x10, 1, 0x18, 1, 0x22, 4, 127, 0, 0, 1, 0x30, 0xAC, 0x02, 0x40, 1, 0x4D, 2, 0, 0, 0, 0x52, 2,
            0xAA, 0xBB,
        ]
        let expected: [UInt8] =
            [0x0A, 1, 0x6E, 0x12, 1, 0x76, 0x72, UInt8(message.count)] + message + [0x78, 1]
        #expect(Array(payload.readableBytesView) == expected)
    }
}
