// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Who asked one query, and when.
package struct TapEntry: Sendable, Hashable {
    /// How it came.
    package var transport: Transport
    /// Where it came from.
    package var client: ClientAddress
    /// The port that it came from; 0 when it is not known.
    package var port: UInt16
    /// When its batch was received: seconds since 1970.
    package var seconds: Int64
    /// Nanoseconds of that second.
    package var nanoseconds: UInt32

    /// An entry of its parts.
    package init(transport: Transport, client: ClientAddress, port: UInt16, seconds: Int64, nanoseconds: UInt32) {
        self.transport = transport
        self.client = client
        self.port = port
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
