// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// Answers queries over a stream for one event loop, with a reader slot and a buffer of its own.
///
/// Not for use by two threads at a time.
@safe
package final class TCPResponder {
    private var responder: Responder
    // SAFETY: allocated in init, freed in deinit.
    private let buffer: UnsafeMutableRawBufferPointer

    /// What was counted; any thread may read it.
    package let counters: ResponderCounters

    /// A responder that reads `store`.
    package init(store: ZoneStore, configuration: ResponderConfiguration) throws(ZoneStoreError) {
        let counters = ResponderCounters()
        var configuration = configuration
        configuration.cacheOctets = 0
        responder = try Responder(store: store, configuration: configuration, counters: counters)
        self.counters = counters
        unsafe buffer = .allocate(byteCount: Responder.maximumResponse, alignment: 8)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// How long streams may idle, in units of 100 ms, told to clients that ask (RFC 7828); 0 tells nobody.
    package var keepalive: UInt16 {
        get { responder.keepalive }
        set { responder.keepalive = newValue }
    }

    /// The response to a query, without the two octets of length that a stream puts in front of each message; empty when
    /// there is none. Valid until the next call.
    package func respond(
        to query: UnsafeRawBufferPointer,
        transport: Transport,
        client: ClientAddress = .unspecified,
        port: UInt16 = 0
    ) -> UnsafeRawBufferPointer {
        responder.beginBatch()
        responder.clientPort = port
        let length = unsafe responder.respond(to: query, into: buffer, transport: transport, client: client)
        responder.endBatch()
        return unsafe UnsafeRawBufferPointer(rebasing: buffer[..<length])
    }
}
