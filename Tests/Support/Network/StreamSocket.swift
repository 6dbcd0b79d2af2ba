// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// A TCP connection to a port of 127.0.0.1, for tests that watch the stream itself. Reads give up after ten seconds.
package final class StreamSocket: Sendable {
    private let descriptor: CInt

    /// Connects; throws `SupportError`.
    package init(port: Int) throws {
        descriptor = try LoopbackAddress.connected(
            type: Int32(SOCK_STREAM.rawValue),
            port: port,
            timeout: .seconds(10)
        )
    }

    deinit { close(descriptor) }

    /// Writes all of `octets`.
    package func send(_ octets: [UInt8]) throws {
        try LoopbackAddress.send(octets, to: descriptor)
    }

    /// Says that nothing more is sent.
    package func endSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Exactly `count` octets.
    package func receive(_ count: Int) throws -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count {
            guard let more = LoopbackAddress.receive(from: descriptor, limit: count - octets.count), !more.isEmpty
            else { throw SupportError("the stream ended or fell silent after \(octets.count) of \(count) octets") }
            octets += more
        }
        return octets
    }

    /// Everything up to the end of the stream.
    package func receiveAll() throws -> [UInt8] {
        var octets: [UInt8] = []
        while true {
            guard let more = LoopbackAddress.receive(from: descriptor, limit: 65_536) else {
                throw SupportError("the stream fell silent after \(octets.count) octets, error \(errno)")
            }
            if more.isEmpty { return octets }
            octets += more
        }
    }

    /// Whether nothing comes within `time`.
    package func isSilent(for time: Duration) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one entry, which outlives the call.
        return unsafe poll(&entry, 1, Int32(time / .milliseconds(1))) == 0
    }

    /// Waits for the end of the stream; whether it was a reset.
    package var isResetByPeer: Bool {
        LoopbackAddress.receive(from: descriptor, limit: 1) == nil && errno == ECONNRESET
    }
}
