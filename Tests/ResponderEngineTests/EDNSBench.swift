// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ResponderEngine

/// One responder that is asked several things: what it remembers and counts can be looked at.
final class EDNSBench {
    let fixture: ResponderFixture
    let counters = ResponderCounters()
    private var responder: Responder
    private var buffer = [UInt8](repeating: 0xEE, count: 65_535)

    init(_ change: (inout ResponderConfiguration) -> Void = { _ in }) throws {
        fixture = try .example()
        var configuration = ResponderConfiguration()
        change(&configuration)
        responder = try Responder(store: fixture.store, configuration: configuration, counters: counters)
    }

    /// The octets that answer a query's octets; empty for none.
    func exchange(
        _ query: [UInt8],
        transport: Transport = .udp4,
        client: ClientAddress = .unspecified,
        room: Int = 65_535
    ) -> [UInt8] {
        responder.beginBatch()
        defer { responder.endBatch() }
        let length = unsafe query.withUnsafeBytes { query in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe responder.respond(
                    to: query,
                    into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<room]),
                    transport: transport,
                    client: client
                )
            }
        }
        return Array(buffer[..<length])
    }

    /// The answer to a question with an OPT record.
    func ask(
        _ name: String = "web.example.com.",
        _ type: RRType = .a,
        options: [EDNSOption] = [],
        payload: UInt16 = 1232,
        dnssecOK: Bool = false,
        transport: Transport = .udp4,
        client: ClientAddress = .unspecified
    ) throws -> Message {
        let query = Message(
            header: MessageHeader(id: 0x1234),
            questions: [Question(name: try Name(text: name), type: type)],
            edns: EDNS(payloadSize: payload, dnssecOK: dnssecOK, options: options)
        )
        return try Message(wire: exchange(query.encoded(), transport: transport, client: client))
    }
}

/// Octets as hexadecimal digits.
func octets(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " }.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] * 16 + digits[$0 + 1]) }
}
