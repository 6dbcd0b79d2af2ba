// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore
import ZoneTransfer

/// Signatures hold for what was signed and for nothing else, and a transfer gives the zone that is held.
///
/// An input is how to answer (one octet) and a message.
final class TransferCheck: FuzzCheck {
    private let snapshot: TransferSnapshot
    private let contents: ZoneContents
    private let key: TSIGKey
    private let keyring: TSIGKeyring
    private static let now: UInt64 = 1_800_000_000

    init() throws {
        let replica = try FuzzReplica(changes: 3)
        snapshot = try replica.store.transferSnapshot()
        guard let contents = try replica.store.contents(of: replica.zones[0]) else {
            throw BrokenPromise("the replica holds the zone")
        }
        self.contents = contents
        let name = Name(validated: [3] + Array("key".utf8) + [0])
        key = TSIGKey(name: name, algorithm: .hmacSHA256, secret: Array(1...32))
        keyring = TSIGKeyring([key])
    }

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let form = input.first else { return }
        let octets = Array(input[1...])
        checkRefusal(octets)
        guard let signed = try? SignedMessage(octets), !Self.pointsIntoHeader(octets) else { return }
        try checkParts(signed, octets)
        guard let message = try? Message(wire: signed.query) else { return }
        if case .rejected(let rejection) = keyring.judge(signed, now: Self.now) {
            try checkRejection(rejection, of: message)
        }
        let transaction = try checkSigning(signed.body, attempt: octets)
        guard let question = try? TransferQuestion(message) else { return }
        try checkTransfer(question, form, transaction)
    }

    /// Whether a name may be compressed by what is the header: a signature changes such a name, and nobody sends one.
    private static func pointsIntoHeader(_ octets: [UInt8]) -> Bool {
        zip(octets, octets.dropFirst()).contains { $0 == 0xC0 && $1 < Message.headerLength }
    }

    /// What cannot be read is answered with a header or not at all.
    private func checkRefusal(_ octets: [UInt8]) {
        guard let refusal = TransferResponse.formatError(to: octets) else { return }
        precondition((try? Message(wire: refusal))?.rcode == .formatError)
    }

    private func checkParts(_ signed: SignedMessage, _ octets: [UInt8]) throws(BrokenPromise) {
        try promise(signed.body.count <= octets.count, "the body is a part of the message")
        let again = try promised("a body is a message") { () throws(WireError) in try SignedMessage(signed.body) }
        try promise(again.tsig == nil && again.body == signed.body, "a body has no signature")
        try promise(signed.query[2...] == signed.body[2...], "the query is the body")
        try promise(signed.query[..<2] == octets[..<2], "the query has the message's identifier")
        if signed.tsig == nil { try promise(signed.body == octets, "what is not signed is left alone") }
    }

    /// A rejection is a response that says why.
    private func checkRejection(_ rejection: TSIGRejection, of message: Message) throws(BrokenPromise) {
        var response = TransferResponse.empty(to: message, .notAuthoritative)
        guard response.count < 60_000 else { return }
        rejection.append(to: &response)
        let signed = try promised("a rejection is a message") { () throws(WireError) in try SignedMessage(response) }
        try promise(signed.tsig?.error == rejection.error, "a rejection says why")
        try promise((try? Message(wire: signed.query))?.rcode == .notAuthoritative, "a rejection is NOTAUTH")
    }

    /// What a client signs is good at the server, and not when a bit of it changes.
    private func checkSigning(_ body: [UInt8], attempt: [UInt8]) throws(BrokenPromise) -> Signer? {
        guard body.count < 60_000, body[10] != 0xFF else { return nil }
        var client = TSIGClient(key: key)
        var request = body
        client.sign(&request, now: Self.now)
        let signed = try promised("what was signed is a message") { () throws(WireError) in try SignedMessage(request) }
        try promise(signed.body == body, "a signature comes off again")
        guard case .valid(let transaction) = keyring.judge(signed, now: Self.now + 299) else {
            throw BrokenPromise("a good signature is good")
        }
        var damaged = request
        damaged[2 + (body.count - 2) / 2] ^= 1
        if let other = try? SignedMessage(damaged), case .valid = keyring.judge(other, now: Self.now) {
            throw BrokenPromise("what was changed is not good")
        }
        // No input can know the secret.
        var deceived = client
        try promise((try? deceived.verify(attempt, now: Self.now)) == nil, "a client takes nothing unsigned")
        return Signer(client: client, transaction: transaction)
    }

    /// Both ends of a signed transaction.
    private struct Signer {
        var client: TSIGClient
        let transaction: TSIGTransaction
    }

    private func checkTransfer(_ question: TransferQuestion, _ form: UInt8, _ signer: Signer?) throws(BrokenPromise) {
        let found = try promised("the replica is read") {
            try TransferRecords(question.kind, of: question.zone, from: snapshot, octets: form & 4 == 0 ? .max : 0)
        }
        guard let records = found else { return }
        let limit = form & 2 == 0 ? Message.maximumLength : 1_024
        let signer = form & 1 == 0 ? signer : nil
        var client = signer?.client
        var messages = TransferMessages(question, records, transaction: signer?.transaction, limit: limit)
        var answers: [ResourceRecord] = []
        do {
            while let message = try messages.next(now: Self.now) {
                try promise(message.count <= limit, "a message keeps the limit")
                let body = try client?.verify(message, now: Self.now) ?? message
                let part = try Message(wire: body)
                try promise(part.header.isResponse && part.header.isAuthoritative, "a part is an answer")
                try promise(part.rcode == .noError && !part.answers.isEmpty, "a part has records")
                answers += part.answers
            }
        } catch let broken as BrokenPromise {
            throw broken
        } catch {
            throw BrokenPromise("a transfer goes through: \(error)")
        }
        try promise(client?.isComplete ?? true, "a transfer ends signed")
        try promise(answers.count == messages.recordCount, "records are counted")
        try checkRecords(answers, records.form, question)
    }

    private func checkRecords(
        _ answers: [ResourceRecord],
        _ form: TransferRecords.Form,
        _ question: TransferQuestion
    ) throws(BrokenPromise) {
        try promise(answers.first?.type == .soa && answers.last == answers.first, "a transfer begins and ends with SOA")
        switch form {
        case .current: try promise(answers.count == 1, "nothing but the SOA")
        case .whole:
            guard question.zone == contents.name else { return }
            let expected = contents.rrsets.reduce(0) { $0 + $1.rdatas.count }
            try promise(answers.count == expected + 1, "all records of the zone and its SOA once more")
        case .differences:
            // Each step has its old SOA and its new SOA.
            try promise(answers.count(where: { $0.type == .soa }) % 2 == 0, "steps are whole")
        }
    }
}
