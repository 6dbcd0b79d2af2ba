// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOCore

/// Cuts a stream of octets into lines ended by LF, with a bound on what it keeps.
package struct LineBuffer: Sendable {
    /// What the next octets are.
    package enum Line: Sendable, Equatable {
        /// A whole line, its LF removed.
        case line([UInt8])
        /// A line longer than the bound ended: nothing of it was kept.
        case oversized
    }

    private var buffer = ByteBuffer()
    /// Octets of `buffer` known to hold no LF.
    private var scanned = 0
    /// Whether a line longer than its bound has begun: its octets are dropped up to its LF.
    package private(set) var isDiscarding = false

    /// A buffer with nothing in it.
    package init() {}

    /// Octets kept at this moment.
    package var count: Int { buffer.readableBytes }

    /// Adds what was received.
    package mutating func append(_ octets: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = octets
            scanned = 0
        } else {
            buffer.discardReadBytes()
            buffer.writeImmutableBuffer(octets)
        }
    }

    /// The next line, or nil when more octets are needed. A line of more than `limit` octets is reported as
    /// ``Line/oversized`` at its end, and its octets are dropped as they come.
    package mutating func next(limit: Int) -> Line? {
        let view = buffer.readableBytesView
        guard let index = view[(view.startIndex + scanned)...].firstIndex(of: 0x0A) else {
            scanned = buffer.readableBytes
            if scanned > limit { isDiscarding = true }
            if isDiscarding {
                buffer.clear()
                scanned = 0
            }
            return nil
        }
        let length = index - view.startIndex
        let line = buffer.readBytes(length: length) ?? []
        buffer.moveReaderIndex(forwardBy: 1)
        scanned = 0
        defer { isDiscarding = false }
        return isDiscarding || length > limit ? .oversized : .line(line)
    }
}
