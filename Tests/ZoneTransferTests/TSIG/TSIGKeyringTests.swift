// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ZoneTransfer

/// How a server judges requests. The signed messages were sent by BIND's `dig` 9.18.
@Suite struct TSIGKeyringTests {
    /// `dig -y ALGORITHM:Transfer.Key.example.:… Example. SOA`.
    private static let recorded: [(TSIGAlgorithm, String)] = [
        (
            .hmacSHA256,
            """
            aec101200001000000000002074578616d706c65000006000100002904d0000000000000087472616e73666572036b657907
            6578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006b040013012c0020629d2a44fb93bd52e6
            b0731722018a5115c989c80ac786e85f4b738dd09e0056aec100000000
            """
        ),
        (
            .hmacSHA384,
            """
            bd2301200001000000000002074578616d706c65000006000100002904d0000000000000087472616e73666572036b657907
            6578616d706c650000fa00ff00000000004d0b686d61632d7368613338340000006b040014012c003013ecb13032beead7a2
            33a43075886e74ea7fe8f20a1e065e3284bfd9cd88d2ed0e50a43ac41eab5a318a9986918dcf90bd2300000000
            """
        ),
        (
            .hmacSHA512,
            """
            759501200001000000000002074578616d706c65000006000100002904d0000000000000087472616e73666572036b657907
            6578616d706c650000fa00ff00000000005d0b686d61632d7368613531320000006b040015012c004093c1424d5ce2a860c0
            07c23b394f682345c3ae48f6df79ed31fb24683ce9d56e3c44cb892713941dc90f22031f33312de696d797a3c0812198cd29
            e7124aaeed759500000000
            """
        ),
    ]

    /// The same with `-y hmac-sha256-128:…`: a MAC of sixteen octets.
    private static let truncated = """
        daa801200001000000000002074578616d706c65000006000100002904d0000000000000087472616e73666572036b657907
        6578616d706c650000fa00ff00000000002d0b686d61632d7368613235360000006b040016012c0010576a2ea4bd21372733
        ce4ba82ae00aabdaa800000000
        """

    private func judge(_ message: [UInt8], _ keys: [TSIGKey], now: UInt64 = Samples.now) throws -> TSIGVerdict {
        TSIGKeyring(keys).judge(try SignedMessage(message), now: now)
    }

    /// What a rejected request is told, read from the response.
    private func rejection(
        _ message: [UInt8],
        _ keys: [TSIGKey],
        now: UInt64 = Samples.now
    ) throws -> (error: TSIGError, record: TSIGRecord, response: [UInt8])? {
        guard case .rejected(let rejection) = try judge(message, keys, now: now) else { return nil }
        var response = try Samples.query()
        response[2] |= 0x80
        rejection.append(to: &response)
        guard let record = try SignedMessage(response).tsig else { return nil }
        return (rejection.error, record, response)
    }

    @Test("What dig signs is good, and its body is what it was before", arguments: recorded)
    func recordedQueries(algorithm: TSIGAlgorithm, hex: String) throws {
        let message = [UInt8](hex: hex)
        let signed = try SignedMessage(message)
        guard case .valid = TSIGKeyring([try Samples.key(algorithm)]).judge(signed, now: Samples.now) else {
            Issue.record("not valid")
            return
        }
        let query = try Message(wire: signed.query)
        #expect(query.header.id == UInt16(message[0]) << 8 | UInt16(message[1]))
        #expect(query.additionals.isEmpty)
        #expect(query.edns?.payloadSize == 1232)
        #expect(query.questions.first?.name == (try Name(text: "example.")))
    }

    @Test("A flipped bit anywhere in a signed message makes it bad or unreadable, never good")
    func flippedBits() throws {
        let key = try Samples.key()
        let good = [UInt8](hex: Self.recorded[0].1)
        for bit in 0..<(good.count * 8) {
            // The identifier of the header is not covered: forwarders change it.
            if bit < 16 { continue }
            var message = good
            message[bit / 8] ^= 1 << UInt8(bit % 8)
            // Both names are compared without case, and go into the MAC in lower case.
            let isCase = Self.names.contains(bit / 8) && bit % 8 == 5
            guard let signed = try? SignedMessage(message) else { continue }
            let verdict = TSIGKeyring([key]).judge(signed, now: Samples.now)
            if case .valid = verdict, !isCase { Issue.record("bit \(bit) is not covered") }
        }
    }

    /// Where the key's and the algorithm's names stand in the first recorded message.
    private static let names = Set(36..<58).union(68..<81)

    @Test("A key that is not known, or known for another algorithm, is BADKEY without a signature")
    func unknownKey() throws {
        let message = [UInt8](hex: Self.recorded[0].1)
        for keys in [[], [try Samples.key(name: "other.")], [try Samples.key(.hmacSHA512)]] {
            let told = try #require(try rejection(message, keys))
            #expect(told.error == .badKey)
            #expect(told.record.error.rawValue == 17)
            #expect(told.record.mac.isEmpty)
            #expect(told.record.otherData.isEmpty)
        }
    }

    @Test("A wrong MAC is BADSIG without a signature")
    func wrongMAC() throws {
        let other = TSIGKey(
            name: try Name(text: "transfer.key.example."),
            algorithm: .hmacSHA256,
            secret: [1, 2, 3]
        )
        let told = try #require(try rejection([UInt8](hex: Self.recorded[0].1), [other]))
        #expect(told.error == .badSignature)
        #expect(told.record.error.rawValue == 16)
        #expect(told.record.mac.isEmpty)
    }

    @Test("Clocks may differ by the fudge and no more; BADTIME is signed and tells the server's time")
    func time() throws {
        let key = try Samples.key()
        let message = [UInt8](hex: Self.recorded[0].1)
        let signedAt: UInt64 = 0x6B04_0013
        for now in [signedAt - 300, signedAt, signedAt + 300] {
            guard case .valid = try judge(message, [key], now: now) else {
                Issue.record("refused at \(now)")
                return
            }
        }
        for now in [0, signedAt - 301, signedAt + 301, 1 << 40] {
            let told = try #require(try rejection(message, [key], now: now))
            #expect(told.error == .badTime)
            #expect(told.record.timeSigned == signedAt)
            #expect(told.record.fudge == 300)
            #expect(told.record.serverTime == now)
            // The response covers the request's MAC: its sender can check it, though its clock is wrong.
            var client = TSIGClient(key: key)
            var request = try SignedMessage(message).body
            client.sign(&request, now: signedAt)
            #expect(try SignedMessage(request).tsig?.mac == SignedMessage(message).tsig?.mac)
            #expect(throws: TSIGFailure.reported(.badTime, serverTime: now)) {
                _ = try client.verify(told.response, now: signedAt)
            }
        }
    }

    @Test("A truncated MAC is taken where the key allows it, else BADTRUNC, signed")
    func truncatedMAC() throws {
        let message = [UInt8](hex: Self.truncated)
        guard case .valid = try judge(message, [try Samples.key(leastMACLength: 16)]) else {
            Issue.record("not valid")
            return
        }
        for key in [try Samples.key(), try Samples.key(leastMACLength: 17)] {
            let told = try #require(try rejection(message, [key]))
            #expect(told.error == .badTruncation)
            #expect(told.record.error.rawValue == 22)
            #expect(told.record.mac.count == 32)
        }
        #expect(try Samples.key(leastMACLength: 1).leastMACLength == 16)
        #expect(try Samples.key(.hmacSHA384, leastMACLength: 1).leastMACLength == 24)
        #expect(try Samples.key(leastMACLength: 100).leastMACLength == 32)
    }

    @Test("A MAC shorter than any, or longer than the algorithm's, is malformed", arguments: [0, 1, 9, 15, 33, 64])
    func badLengths(length: Int) throws {
        var record = try #require(try SignedMessage([UInt8](hex: Self.recorded[0].1)).tsig)
        record.mac = Array((record.mac + record.mac).prefix(length))
        var message = try Samples.query()
        record.append(to: &message)
        guard case .malformed = try judge(message, [try Samples.key(leastMACLength: 1)]) else {
            Issue.record("judged")
            return
        }
    }

    @Test("A message without a signature is unsigned, its body the whole")
    func unsigned() throws {
        let query = try Samples.query()
        guard case .unsigned = try judge(query, [try Samples.key()]) else {
            Issue.record("judged")
            return
        }
        #expect(try SignedMessage(query).body == query)
        #expect(try SignedMessage(query).query == query)
    }

    @Test("A signature that is not the last record, stands in another section, or twice cannot be read")
    func misplaced() throws {
        let record = try #require(try SignedMessage([UInt8](hex: Self.recorded[0].1)).tsig)
        var twice = try Samples.query()
        record.append(to: &twice)
        record.append(to: &twice)
        var behind = try Samples.query()
        record.append(to: &behind)
        behind += [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 0]
        behind[11] += 1
        var answer = try Samples.query()
        record.append(to: &answer)
        answer[11] = 0
        answer[7] = 1
        var classIN = try Samples.query()
        let owner = classIN.count + record.keyName.wire.count
        record.append(to: &classIN)
        classIN[owner + 3] = 1
        var withTTL = try Samples.query()
        record.append(to: &withTTL)
        withTTL[owner + 7] = 1
        for message in [twice, behind, answer, classIN, withTTL] {
            #expect(throws: WireError.badValue) { _ = try SignedMessage(message) }
        }
        var trailing = try Samples.query()
        record.append(to: &trailing)
        trailing.append(0)
        #expect(throws: WireError.trailingOctets) { _ = try SignedMessage(trailing) }
    }

    @Test("A forwarder's new identifier changes nothing, and comes back in the query")
    func forwarded() throws {
        var message = [UInt8](hex: Self.recorded[0].1)
        message[0] = 0xAB
        message[1] = 0xCD
        guard case .valid = try judge(message, [try Samples.key()]) else {
            Issue.record("not valid")
            return
        }
        #expect(try SignedMessage(message).query.prefix(2) == [0xAB, 0xCD])
        #expect(try SignedMessage(message).body.prefix(2) == [0xAE, 0xC1])
    }

    @Test("No text of a key holds its secret")
    func secretIsNotPrinted() throws {
        let key = TSIGKey(name: .root, algorithm: .hmacSHA256, secret: [77, 77, 77, 77])
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains("77"))
        }
    }
}
