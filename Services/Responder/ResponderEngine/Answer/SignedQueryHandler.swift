// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Answers what needs more than the engine knows: queries signed with TSIG (RFC 8945), NOTIFY among them, and zone
/// transfers asked for over UDP (RFC 1995 2).
///
/// Parameters, in their order:
///  - the query as it came, with opcode QUERY or NOTIFY, one question, and well-formed records;
///  - where it came from, and over what;
///  - room for the response, no larger than the client takes;
///  - a function that answers an unsigned query from the engine into room of at least 300 octets, and returns the
///    response's length. It may be called once, before the handler returns.
///
/// Returns the length of the response, 0 for none. Called on the thread that received the query, which waits for it: a
/// handler must not block. Both buffers are valid during the call only.
package typealias SignedQueryHandler =
    @Sendable (
        _ query: UnsafeRawBufferPointer,
        _ client: ClientAddress,
        _ transport: Transport,
        _ room: UnsafeMutableRawBufferPointer,
        _ answer: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) -> Int
    ) -> Int
