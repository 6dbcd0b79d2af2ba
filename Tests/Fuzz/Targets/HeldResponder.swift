// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import ZoneStore

/// A responder that stays between inputs, as one does between queries.
@safe
final class HeldResponder {
    private var responder: Responder
    // SAFETY: allocated in init, freed in deinit.
    private let buffer: UnsafeMutableRawBufferPointer

    init(store: ZoneStore, configuration: ResponderConfiguration) throws {
        responder = try Responder(store: store, configuration: configuration)
        unsafe buffer = .allocate(byteCount: Responder.maximumResponse, alignment: 8)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// The octets that answer a query; empty for none.
    func answer(_ query: [UInt8], _ transport: Transport) -> [UInt8] {
        // The query in memory of exactly its size: address checking then sees a read behind its end.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: query.count, alignment: 1)
        defer { unsafe copy.deallocate() }
        unsafe copy.copyBytes(from: query)
        responder.beginBatch()
        defer { responder.endBatch() }
        let client = ClientAddress(ipv4: 0xC000_0201)
        let length = unsafe responder.respond(
            to: UnsafeRawBufferPointer(copy),
            into: buffer,
            transport: transport,
            client: client
        )
        return unsafe Array(buffer[..<length])
    }
}
