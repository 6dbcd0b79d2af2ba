// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Synchronization
import Testing

/// Queries that are signed, and transfers over UDP: refused, or handed over.
@Suite struct MessageSignatureTests {
    let fixture: ResponderFixture
    let question: [UInt8]
    /// `key.` with algorithm `hmac-sha256.`, time 0x0102030405, fudge 300, a signature of two octets.
    let names: (key: [UInt8], algorithm: [UInt8]) = (
        [3] + "key".utf8 + [0], [11] + "hmac-sha256".utf8 + [0]
    )

    init() throws {
        fixture = try .example()
        question = [3] + "web".utf8 + [7] + "example".utf8 + [3] + "com".utf8 + [0, 0, 1, 0, 1]
    }

    private func header(_ opcode: UInt8 = 0, additional: UInt8) -> [UInt8] {
        [0xAB, 0xCD, 1 | opcode << 3, 0, 0, 1, 0, 0, 0, 0, 0, additional]
    }

    private func tsig(mac: [UInt8], error: UInt8, owner: [UInt8]? = nil) -> [UInt8] {
        let rest: [UInt8] = [0, 1, 2, 3, 4, 5, 1, 44, 0, UInt8(mac.count)] + mac + [0xAB, 0xCD, 0, error, 0, 0]
        let length = UInt8(names.algorithm.count + rest.count)
        return (owner ?? names.key) + [0, 250, 0, 255, 0, 0, 0, 0, 0, length] + names.algorithm + rest
    }

    @Test("without a handler a signed query is NOTAUTH with BADKEY, unsigned (RFC 8945 5.3.2)")
    func badKey() throws {
        let query = header(additional: 1) + question + tsig(mac: [9, 9], error: 0)
        let expected: [UInt8] =
            [0xAB, 0xCD, 0x81, 9, 0, 1, 0, 0, 0, 0, 0, 1] + question + tsig(mac: [], error: 17)
        #expect(try fixture.exchange(query) == expected)
        // The signature stays the last record.
        let opt: [UInt8] = [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
        let extended = header(additional: 2) + question + opt + tsig(mac: [9, 9], error: 0)
        let answer = [0xAB, 0xCD, 0x81, 9, 0, 1, 0, 0, 0, 0, 0, 2] + question + opt + tsig(mac: [], error: 17)
        #expect(try fixture.exchange(extended) == answer)
        let notify = header(4, additional: 1) + question + tsig(mac: [9, 9], error: 0)
        #expect(try fixture.exchange(notify)[2...3] == [0x81 | 4 << 3, 9])
    }

    @Test("TSIG data that is too short, and a compressed key, are NOTAUTH without a TSIG record")
    func brokenSignature() throws {
        for data in [[], [0], Array(names.algorithm), names.algorithm + [1, 2, 3, 4, 5, 6, 7]] as [[UInt8]] {
            let record = names.key + [0, 250, 0, 255, 0, 0, 0, 0, 0, UInt8(data.count)] + data
            let response = try fixture.exchange(header(additional: 1) + question + record)
            #expect(response == [0xAB, 0xCD, 0x81, 9, 0, 1, 0, 0, 0, 0, 0, 0] + question)
        }
        let pointer = header(additional: 1) + question + tsig(mac: [], error: 0, owner: [0xC0, 12])
        #expect(try fixture.exchange(pointer) == [0xAB, 0xCD, 0x81, 9, 0, 1, 0, 0, 0, 0, 0, 0] + question)
    }

    @Test("a TSIG record that is not the last one is FORMERR")
    func misplaced() throws {
        let opt: [UInt8] = [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
        let query = header(additional: 2) + question + tsig(mac: [9], error: 0) + opt
        #expect(try fixture.exchange(query)[3] == 1)
        #expect(
            try fixture.exchange(
                header(additional: 2) + question + tsig(mac: [9], error: 0) + tsig(mac: [9], error: 0)
            )[3] == 1
        )
    }

    @Test("a handler gets signed queries and transfers over UDP, the engine's answers, and no more room than allowed")
    func handler() throws {
        struct Call: Equatable {
            var query: [UInt8]
            var room: Int
            var client: ClientAddress
            var inner: Int
        }
        final class Calls: Sendable {
            let all = Mutex<[Call]>([])
        }
        let calls = Calls()
        var configuration = ResponderConfiguration()
        unsafe configuration.signedQueries = { query, client, transport, room, answer in
            // The query without its last record, as a handler would ask it.
            var plain = unsafe Array(query[..<(12 + 21)])
            plain[11] = 0
            let length = unsafe plain.withUnsafeBytes { unsafe answer($0, room) }
            calls.all.withLock {
                unsafe $0.append(Call(query: Array(query), room: room.count, client: client, inner: length))
            }
            return length
        }
        let signed = header(additional: 1) + question + tsig(mac: [9, 9], error: 0)
        let plain = header(additional: 0) + question
        let answer = try fixture.exchange(plain)
        #expect(try fixture.exchange(signed, configuration: configuration) == answer)
        #expect(try fixture.exchange(signed, transport: .tcp6, configuration: configuration) == answer)
        #expect(Set(calls.all.withLock { $0.map(\.room) }) == [512, 65_535])
        #expect(calls.all.withLock { $0.allSatisfy { $0.query == signed && $0.inner == answer.count } })
        calls.all.withLock { $0.removeAll() }
        // Nothing but signed queries and transfers over UDP is handed over.
        _ = try fixture.exchange(plain, configuration: configuration)
        #expect(calls.all.withLock { $0.isEmpty })
        for type in [251, 252] as [UInt8] {
            let transfer = Array(plain[..<(plain.count - 3)]) + [type, 0, 1]
            _ = try fixture.exchange(transfer, configuration: configuration)
            #expect(calls.all.withLock { !$0.isEmpty })
            calls.all.withLock { $0.removeAll() }
            #expect(try fixture.exchange(transfer, transport: .tcp4, configuration: configuration)[3] == 5)
            #expect(calls.all.withLock { $0.isEmpty })
        }
    }

    @Test("what a handler returns is bounded, and it cannot call itself")
    func handlerBounds() throws {
        let signed = header(additional: 1) + question + tsig(mac: [9, 9], error: 0)
        for length in [0, -1, 11, 513] {
            var configuration = ResponderConfiguration()
            unsafe configuration.signedQueries = { _, _, _, _, _ in length }
            #expect(try fixture.exchange(signed, configuration: configuration).isEmpty)
        }
        var configuration = ResponderConfiguration()
        unsafe configuration.signedQueries = { query, _, _, room, answer in unsafe answer(query, room) }
        #expect(try fixture.exchange(signed, configuration: configuration)[3] == 9)
        unsafe configuration.signedQueries = { query, _, _, room, answer in
            unsafe answer(query, UnsafeMutableRawBufferPointer(rebasing: room[..<299]))
        }
        #expect(try fixture.exchange(signed, configuration: configuration).isEmpty)
    }
}
