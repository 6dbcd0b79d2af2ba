// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One query on its way to a response: where both lie, and who asks.
@safe
struct Exchange {
    // SAFETY: `message` has `messageLength` octets, at least a header, and `response` has `room` octets, at least
    // `MessageSize.smallestRoom`; both stay valid while the query is answered.
    let message: UnsafeRawPointer
    let messageLength: Int
    let response: UnsafeMutableRawPointer
    let room: Int
    /// The second word of the query's header.
    let flags: UInt16
    let transport: Transport
    let client: ClientAddress
    /// Where the question has its place in the cache; `QuestionHash.none` if that is not known yet.
    let questionHash: UInt64
    /// Whether a handler asks, on behalf of a signed query.
    let isNested: Bool

    /// The query as a whole.
    var query: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: message, count: messageLength) }
    /// The opcode's number.
    var opcode: UInt16 { (flags & HeaderFlag.opcodeMask) &>> 11 }
}
