// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// A connection as its event loop's ``ConnectionTable`` sees it. Belongs to one event loop.
///
/// A base class, so that an idle connection costs no objects beside its handler.
class ConnectionMember {
    /// What a connection is doing, which decides how long it may go on doing so.
    enum Phase: Int, CaseIterable {
        /// Its TLS handshake is under way.
        case handshaking
        /// We wait for its next query.
        case waiting
        /// We wait for its next query, and have told it that we would for longer (RFC 7828).
        case kept
        /// We wait for it to read its answers.
        case blocked
        /// It waits for us: a transfer is under way.
        case working
        /// We have closed our direction and wait for it to close its own.
        case closing
    }

    /// Whom the connection's share is counted to.
    let peer: ClientAddress
    fileprivate(set) final var phase: Phase
    fileprivate(set) final var lastActivity: NIODeadline
    /// The neighbours in the list of the phase; the head of a list is the idlest.
    fileprivate final var next: ConnectionMember?
    // SAFETY: cleared before the neighbour is let go.
    fileprivate final unowned(unsafe) var previous: ConnectionMember?
    /// The place among the peer's connections; nil outside of the table.
    final var peerIndex: Int?

    init(client: ClientAddress, phase: Phase) {
        peer = client.share
        self.phase = phase
        lastActivity = .now()
    }

    /// Closes the connection at once, and takes it out of the table.
    func end(_ reason: ConnectionTotals.Closing) {}

    /// Closes the connection behind the answers that are due.
    func finish(_ reason: ConnectionTotals.Closing) {}
}

extension ClientAddress {
    /// What limits are counted for: an IPv4 address, or the 64 bits of an IPv6 address that a network gives out whole.
    var share: ClientAddress { isIPv4 ? self : ClientAddress(ipv6High: high, low: 0) }
}

/// The connections of one phase, the one whose last activity is longest ago first.
struct ConnectionList {
    private(set) var first: ConnectionMember?
    private unowned(unsafe) var last: ConnectionMember?
    private(set) var count = 0

    /// Adds a member of no list behind all others, as active now.
    mutating func append(_ member: ConnectionMember, phase: ConnectionMember.Phase, now: NIODeadline) {
        member.phase = phase
        member.lastActivity = now
        unsafe member.previous = last
        if let last = unsafe last { last.next = member } else { first = member }
        unsafe last = member
        count += 1
    }

    /// Takes a member of this list out.
    mutating func remove(_ member: ConnectionMember) {
        let next = member.next
        let previous = unsafe member.previous
        if let next { unsafe next.previous = previous } else { unsafe last = previous }
        if let previous { previous.next = next } else { first = next }
        member.next = nil
        unsafe member.previous = nil
        count -= 1
    }
}
