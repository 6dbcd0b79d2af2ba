// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore

/// Octets for a consumer, and what they mean for what may follow them.
struct OriginOutbound: Sendable {
    var octets: ByteBuffer
    /// After the octets a body is open: nothing but its lines may follow.
    var leavesBodyOpen = false
    /// From now on PINGs may be sent between messages.
    var startsPings = false
}
