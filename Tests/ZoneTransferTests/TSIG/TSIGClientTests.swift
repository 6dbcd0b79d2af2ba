// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Glibc
import Testing

@testable import ZoneTransfer

/// Both sides of signed transactions against each other, and each against dnspython.
@Suite struct TSIGClientTests {
    private func transaction(_ key: TSIGKey, _ client: inout TSIGClient) throws -> TSIGTransaction {
        var request = try Samples.query(.axfr)
        client.sign(&request, now: Samples.now)
        guard case .valid(let transaction) = TSIGKeyring([key]).judge(try SignedMessage(request), now: Samples.now)
        else { throw TSIGFailure.badMAC }
        return transaction
    }

    private func response(_ number: Int) throws -> [UInt8] {
        var response = try Samples.query(.axfr)
        response[2] |= 0x84
        response[3] = UInt8(number & 15)
        return response
    }

    @Test("Each message of a response is verified in its turn", arguments: TSIGAlgorithm.allCases)
    func manyMessages(algorithm: TSIGAlgorithm) throws {
        let key = try Samples.key(algorithm)
        var client = TSIGClient(key: key)
        var transaction = try transaction(key, &client)
        for number in 0..<5 {
            let plain = try response(number)
            var signed = plain
            let expected = plain.count + transaction.signatureLength
            transaction.sign(&signed, now: Samples.now + UInt64(number))
            #expect(signed.count == expected)
            #expect(try client.verify(signed, now: Samples.now) == plain)
            #expect(client.isComplete)
        }
    }

    @Test("A message left out, repeated, or in another place is noticed")
    func order() throws {
        let key = try Samples.key()
        var client = TSIGClient(key: key)
        var transaction = try transaction(key, &client)
        let messages = try (0..<3).map { number in
            var message = try response(number)
            transaction.sign(&message, now: Samples.now)
            return message
        }
        var skipping = client
        _ = try skipping.verify(messages[0], now: Samples.now)
        #expect(throws: TSIGFailure.badMAC) { _ = try skipping.verify(messages[2], now: Samples.now) }
        var repeating = client
        _ = try repeating.verify(messages[0], now: Samples.now)
        #expect(throws: TSIGFailure.badMAC) { _ = try repeating.verify(messages[0], now: Samples.now) }
        #expect(throws: TSIGFailure.badMAC) { _ = try client.verify(messages[1], now: Samples.now) }
    }

    @Test("Up to 99 messages in a row may be unsigned, not the first and not the last")
    func unsignedBetween() throws {
        let key = try Samples.key()
        var client = TSIGClient(key: key)
        var transaction = try transaction(key, &client)
        var untouched = client
        #expect(throws: TSIGFailure.unsigned) { _ = try untouched.verify(response(0), now: Samples.now) }
        var first = try response(0)
        transaction.sign(&first, now: Samples.now)
        _ = try client.verify(first, now: Samples.now)
        for number in 0..<99 {
            _ = try client.verify(response(number), now: Samples.now)
            #expect(!client.isComplete)
        }
        #expect(throws: TSIGFailure.unsigned) { _ = try client.verify(response(99), now: Samples.now) }
    }

    @Test("An answer of another key, or of another time, is refused")
    func otherKeyAndTime() throws {
        let (key, other) = (try Samples.key(), try Samples.key(name: "other."))
        var client = TSIGClient(key: key)
        var otherClient = TSIGClient(key: other)
        var transaction = try transaction(key, &client)
        var otherTransaction = try self.transaction(other, &otherClient)
        var message = try response(0)
        otherTransaction.sign(&message, now: Samples.now)
        #expect(throws: TSIGFailure.otherKey) { _ = try client.verify(message, now: Samples.now) }
        var late = try response(0)
        transaction.sign(&late, now: Samples.now)
        #expect(throws: TSIGFailure.badTime) { _ = try client.verify(late, now: Samples.now + 301) }
    }

    @Test("Errors of the server are told apart", arguments: [TSIGError.badKey, .badSignature])
    func reported(error: TSIGError) throws {
        let key = try Samples.key()
        let wrong = TSIGKey(name: key.name, algorithm: key.algorithm, secret: [9])
        var client = TSIGClient(key: key)
        var request = try Samples.query()
        client.sign(&request, now: Samples.now)
        let ring = TSIGKeyring(error == .badKey ? [] : [wrong])
        guard case .rejected(let rejection) = ring.judge(try SignedMessage(request), now: Samples.now) else {
            Issue.record("not rejected")
            return
        }
        var response = try response(0)
        rejection.append(to: &response)
        #expect(throws: TSIGFailure.reported(error, serverTime: nil)) {
            _ = try client.verify(response, now: Samples.now)
        }
    }

    @Test("dnspython takes our request and our response of several messages", arguments: TSIGAlgorithm.allCases)
    func dnspythonVerifies(algorithm: TSIGAlgorithm) throws {
        let key = try Samples.key(algorithm)
        var client = TSIGClient(key: key)
        var request = try Samples.query(.axfr)
        // dnspython compares with the machine's clock.
        let now = UInt64(time(nil))
        client.sign(&request, now: now)
        guard case .valid(var transaction) = TSIGKeyring([key]).judge(try SignedMessage(request), now: now) else {
            Issue.record("not valid")
            return
        }
        var lines = [request.hex]
        for number in 0..<4 {
            var message = try response(number)
            transaction.sign(&message, now: now)
            lines.append(message.hex)
        }
        let printed = try Dnspython.run(
            """
            request = dns.message.from_wire(bytes.fromhex(lines[0]), keyring=ring)
            print(request.had_tsig, request.keyname, request.tsig_error)
            context = None
            for line in lines[1:]:
                message = dns.message.from_wire(bytes.fromhex(line), keyring=ring, request_mac=request.mac,
                                                xfr=True, multi=True, tsig_ctx=context)
                context = message.tsig_ctx
                print(message.had_tsig, message.tsig_error)
            """,
            algorithm: algorithm.rawValue,
            input: lines
        )
        #expect(printed == ["True transfer.key.example. 0"] + Array(repeating: "True 0", count: 4))
    }

    @Test("We take dnspython's request and its answer to ours", arguments: TSIGAlgorithm.allCases)
    func dnspythonSigns(algorithm: TSIGAlgorithm) throws {
        let key = try Samples.key(algorithm)
        let now = UInt64(time(nil))
        var client = TSIGClient(key: key)
        var request = try Samples.query()
        client.sign(&request, now: now)
        let printed = try Dnspython.run(
            """
            query = dns.message.make_query('Example.', 'SOA', use_edns=0)
            query.use_tsig(ring, key.name, algorithm=key.algorithm)
            print(query.to_wire().hex())
            request = dns.message.from_wire(bytes.fromhex(lines[0]), keyring=ring)
            response = dns.message.make_response(request)
            print(response.to_wire().hex())
            """,
            algorithm: algorithm.rawValue,
            input: [request.hex]
        )
        let query = [UInt8](hex: try #require(printed.first))
        guard case .valid = TSIGKeyring([key]).judge(try SignedMessage(query), now: now) else {
            Issue.record("not valid")
            return
        }
        let answer = try client.verify([UInt8](hex: try #require(printed.last)), now: now)
        #expect(try Message(wire: answer).header.id == 0x1234)
        #expect(client.isComplete)
    }
}
