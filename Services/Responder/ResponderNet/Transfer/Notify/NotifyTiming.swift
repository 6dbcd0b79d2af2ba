// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// When notifications are sent, and sent again.
struct NotifyTiming: Sendable {
    /// How long an answer may take.
    var timeout = Duration.seconds(2)
    /// The wait before each further attempt; when they are used up the zone is given up until it changes again
    /// (RFC 1996 3.6).
    var retries: [Duration] = [1, 2, 5, 10, 20, 60, 60, 60].map { .seconds($0) }
    /// The least time between two notifications of one zone to one peer: changes in between are told by the last one.
    var spacing = Duration.milliseconds(200)
    /// How many may wait for an answer at a peer at once.
    var window = 32
    /// Unanswered notifications in a row after which a peer gets one at a time.
    var patience = 8
    /// How many zones may wait at a peer; further ones are dropped, and found by the peer when it next looks.
    var capacity = 100_000
}
