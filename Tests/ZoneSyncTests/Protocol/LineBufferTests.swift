// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import Testing
import ZoneSync

@Suite
struct LineBufferTests {
    private func lines(_ buffer: inout LineBuffer, limit: Int = 100) -> [String] {
        var lines: [String] = []
        while let line = buffer.next(limit: limit) {
            switch line {
            case .line(let octets): lines.append(String(decoding: octets, as: UTF8.self))
            case .oversized: lines.append("<oversized>")
            }
        }
        return lines
    }

    @Test("Lines come out whole wherever the stream is cut", arguments: 1...12)
    func cuts(size: Int) {
        let stream = Array("one\n\ntwo two\nthree\n".utf8)
        var buffer = LineBuffer()
        var found: [String] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            buffer.append(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
            found += lines(&buffer)
        }
        #expect(found == ["one", "", "two two", "three"])
        #expect(buffer.count == 0)
    }

    @Test("A line beyond the limit is dropped as it comes, and the next one is read")
    func oversized() {
        var buffer = LineBuffer()
        var found: [String] = []
        for _ in 0..<1_000 {
            buffer.append(ByteBuffer(repeating: 0x61, count: 1_000))
            found += lines(&buffer)
            #expect(buffer.count <= 1_000)
            #expect(buffer.isDiscarding)
        }
        buffer.append(ByteBuffer(string: "tail\nnext\n"))
        found += lines(&buffer)
        #expect(found == ["<oversized>", "next"])
        #expect(!buffer.isDiscarding)
    }

    @Test("The limit is exact")
    func exactLimit() {
        var buffer = LineBuffer()
        buffer.append(ByteBuffer(string: "12345\n123456\n12345\n"))
        #expect(lines(&buffer, limit: 5) == ["12345", "<oversized>", "12345"])
    }
}
