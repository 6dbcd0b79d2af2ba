// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ZoneSync

/// Lines are cut alike from any pieces, and a message that is read is written as a line that gives the same message.
///
/// An input is the length of the pieces (one octet) and what both sides of a connection send.
final class LinesCheck: FuzzCheck {
    /// A bound that inputs of usual length reach.
    private let limit = 256

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let pieceLength = input.first else { return }
        let octets = Array(input[1...])
        let whole = try cut(octets, pieceLength: max(1, octets.count))
        let pieces = try cut(octets, pieceLength: 1 + Int(pieceLength % 32))
        try promise(whole == pieces, "pieces make no difference")
        let plain = octets.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast().map { line in
            line.count > limit ? LineBuffer.Line.oversized : .line(Array(line))
        }
        try promise(whole == plain, "a line is what stands between two LFs")
        for case .line(let line) in whole {
            if let message = (try? ClientMessage.parse(line)) ?? nil { try checkLine(message.line, of: message) }
            if let message = (try? ServerMessage.parse(line)) ?? nil { try checkLine(message.line, of: message) }
        }
    }

    private func cut(_ octets: [UInt8], pieceLength: Int) throws(BrokenPromise) -> [LineBuffer.Line] {
        var buffer = LineBuffer()
        var lines: [LineBuffer.Line] = []
        for start in stride(from: 0, to: octets.count, by: pieceLength) {
            buffer.append(ByteBuffer(bytes: octets[start..<min(start + pieceLength, octets.count)]))
            while let line = buffer.next(limit: limit) { lines.append(line) }
            try promise(buffer.count <= limit, "what is kept is bounded")
        }
        return lines
    }

    private func checkLine(_ line: String, of message: ClientMessage) throws(BrokenPromise) {
        try checkForm(line)
        let again = try promised("a client's line is read: \(line)") { () throws(ProtocolError) in
            try ClientMessage.parse(Array(line.utf8))
        }
        try promise(again?.line == line, "a client's line is stable: \(line)")
        switch message {
        // Text for people is made fit for a line.
        case .failure, .refuse: break
        default: try promise(again == message, "a client's line gives its message: \(line)")
        }
    }

    private func checkLine(_ line: String, of message: ServerMessage) throws(BrokenPromise) {
        try checkForm(line)
        let again = try promised("an origin's line is read: \(line)") { () throws(ProtocolError) in
            try ServerMessage.parse(Array(line.utf8))
        }
        try promise(again?.line == line, "an origin's line is stable: \(line)")
        if case .failure = message { return }
        try promise(again == message, "an origin's line gives its message: \(line)")
    }

    private func checkForm(_ line: String) throws(BrokenPromise) {
        try promise(line.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "a line is printable ASCII")
        try promise(line.utf8.count <= ProtocolLimits.controlLine, "a line keeps the limit")
    }
}
