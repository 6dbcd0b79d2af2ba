// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// The framing of Frame Streams (https://farsightsec.github.io/fstrm): data frames with a length in front, and control
/// frames behind a length of zero.
enum FrameStreams {
    /// A control frame's type.
    enum Control: UInt32, Sendable {
        /// The reader takes a content type.
        case accept = 1
        /// Data frames follow.
        case start = 2
        /// No data frames follow.
        case stop = 3
        /// The writer offers content types.
        case ready = 4
        /// The reader has read everything.
        case finish = 5
    }

    /// The longest control frame (fstrm's FSTRM_CONTROL_FRAME_LENGTH_MAX).
    static let maximumControl = 512
    private static let contentTypeField: UInt32 = 1

    /// A control frame; `contentType` for those that name one.
    static func control(_ type: Control, contentType: String? = nil) -> ByteBuffer {
        var body = ByteBuffer()
        body.writeInteger(type.rawValue)
        if let contentType {
            body.writeInteger(contentTypeField)
            body.writeInteger(UInt32(contentType.utf8.count))
            body.writeString(contentType)
        }
        var frame = ByteBuffer()
        frame.writeInteger(0 as UInt32)
        frame.writeInteger(UInt32(body.readableBytes))
        frame.writeBuffer(&body)
        return frame
    }

    /// Appends a data frame.
    static func append(_ payload: ByteBuffer, to buffer: inout ByteBuffer) {
        var payload = payload
        buffer.writeInteger(UInt32(payload.readableBytes))
        buffer.writeBuffer(&payload)
    }

    /// What came from a reader cannot be a control frame.
    struct Malformed: Error {}

    /// The next control frame at the start of `buffer`, with the content types it names; nil when more octets are needed.
    static func nextControl(
        _ buffer: inout ByteBuffer
    ) throws(Malformed) -> (type: Control, contentTypes: [String])? {
        let start = buffer.readerIndex
        guard let escape = buffer.getInteger(at: start, as: UInt32.self) else { return nil }
        guard escape == 0 else { throw Malformed() }
        guard let length = buffer.getInteger(at: start + 4, as: UInt32.self) else { return nil }
        guard length >= 4, length <= maximumControl else { throw Malformed() }
        guard buffer.readableBytes >= 8 + Int(length), var frame = buffer.getSlice(at: start + 8, length: Int(length))
        else { return nil }
        buffer.moveReaderIndex(forwardBy: 8 + Int(length))
        guard let number = frame.readInteger(as: UInt32.self), let type = Control(rawValue: number) else {
            throw Malformed()
        }
        var contentTypes: [String] = []
        while frame.readableBytes > 0 {
            guard let field = frame.readInteger(as: UInt32.self), let size = frame.readInteger(as: UInt32.self),
                size <= maximumControl, let text = frame.readString(length: Int(size))
            else { throw Malformed() }
            if field == contentTypeField { contentTypes.append(text) }
        }
        return (type, contentTypes)
    }
}
