// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ResponderEngine

/// Answers those queries over TCP and TLS that take more than one message: zone transfers (RFC 5936, RFC 1995).
///
/// All others of the same connection go to the engine meanwhile, so their answers may overtake a transfer's messages
/// (RFC 7766 6.2.1.1).
package protocol StreamTransfers: Sendable {
    /// Whether a message, without its length, is one to answer with ``open(_:client:transport:)``.
    ///
    /// Called on an event loop for every message, so it looks at the question only. The octets are valid during the
    /// call; they may be anything of at least a header's length.
    func wants(_ message: UnsafeRawBufferPointer) -> Bool

    /// Begins the answer to a message that is wanted, a refusal included.
    ///
    /// Called on a thread that may block.
    func open(_ message: [UInt8], client: ClientAddress, transport: Transport) -> any TransferReply
}

/// The messages that answer one query of a stream, made one after the other.
///
/// A reply that is not wanted any more, because its connection ended, is let go without having been read to its end.
package protocol TransferReply: AnyObject, Sendable {
    /// The next response message, without its length, of at most 65,535 octets; nil at the end.
    ///
    /// Blocking file reads: called on a thread pool, never on an event loop, and never by two threads at a time. Not
    /// called before the client has taken the messages before, up to a bound.
    func next() -> [UInt8]?
}
