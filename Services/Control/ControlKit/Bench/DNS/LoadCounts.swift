// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What one thread, or all of them, sent and got back in the measured time.
struct LoadCounts: Sendable {
    /// Queries that the system took.
    var sent: UInt64 = 0
    /// Answers to them, whenever they came.
    var answered: UInt64 = 0
    /// Queries whose answer did not come in time.
    var lost: UInt64 = 0
    /// Answers that came within the measured time, to whatever query: what rates are made of.
    var arrived: UInt64 = 0
    /// Messages that answer nothing asked: late, sent twice, or no responses.
    var unexpected: UInt64 = 0
    /// Sends that the system refused, and errors that it reported for a socket, such as a closed port.
    var errors: UInt64 = 0
    /// Answers with the TC bit.
    var truncated: UInt64 = 0
    /// Answers by the four bits of response code in their header.
    var codes = [UInt64](repeating: 0, count: 16)
    /// Octets of all answers.
    var responseOctets: UInt64 = 0
    var shortest = Int.max
    var longest = 0
    var latency = LatencyHistogram()
    /// Nanoseconds in which a thread had nothing to send or receive.
    var idle: UInt64 = 0

    /// Counts one answer to a query of the measured time.
    mutating func addAnswer(flags: UInt16, octets: Int, nanoseconds: UInt64) {
        answered += 1
        if flags & 0x0200 != 0 { truncated += 1 }
        codes[Int(flags & 0x000F)] += 1
        responseOctets += UInt64(octets)
        shortest = min(shortest, octets)
        longest = max(longest, octets)
        latency.add(nanoseconds)
    }

    /// Adds another thread's counts.
    mutating func add(_ other: LoadCounts) {
        sent += other.sent
        answered += other.answered
        lost += other.lost
        arrived += other.arrived
        unexpected += other.unexpected
        errors += other.errors
        truncated += other.truncated
        for index in codes.indices { codes[index] += other.codes[index] }
        responseOctets += other.responseOctets
        shortest = min(shortest, other.shortest)
        longest = max(longest, other.longest)
        latency.add(other.latency)
        idle += other.idle
    }
}
