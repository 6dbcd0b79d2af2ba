// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine

/// Every query is answered, by a message that fits to it and to what its client can take.
///
/// An input is transport and configuration (one octet) and a query.
final class RespondCheck: FuzzCheck {
    private let zones: [Name]
    private let usual: HeldResponder
    private let talkative: HeldResponder

    init() throws {
        let replica = try FuzzReplica()
        zones = replica.zones
        usual = try HeldResponder(store: replica.store, configuration: ResponderConfiguration())
        var configuration = ResponderConfiguration()
        configuration.isMinimal = false
        configuration.maximumPayload = 4_096
        configuration.versionText = Array("fuzz".utf8)
        configuration.identityText = Array("here".utf8)
        configuration.serverIdentifier = Array("identifier".utf8)
        configuration.keepalive = 100
        talkative = try HeldResponder(store: replica.store, configuration: configuration)
    }

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let form = input.first else { return }
        let query = Array(input[1...])
        let transports = Transport.allCases
        let transport = transports[Int(form & 63) % transports.count]
        let isUsual = form & 64 == 0
        let responder = isUsual ? usual : talkative
        let response = responder.answer(query, transport)
        // What is kept of an answer must not change it.
        for _ in 0..<2 {
            try promise(responder.answer(query, transport) == response, "the same query has the same answer")
        }
        let isQuery = query.count >= Message.headerLength && query[2] & 0x80 == 0
        try promise(response.isEmpty != isQuery, "queries are answered, and nothing else")
        guard isQuery else { return }
        let message = try promised("an answer is a message") { () throws(WireError) in try Message(wire: response) }
        try checkHeader(query, response, message)
        try checkLength(query, response, message, isDatagram: transport.rawValue < 2, most: isUsual ? 1_232 : 4_096)
        try checkSections(message)
    }

    private func checkHeader(_ query: [UInt8], _ response: [UInt8], _ message: Message) throws(BrokenPromise) {
        try promise(response[..<2] == query[..<2], "an answer has the query's identifier")
        try promise(message.header.isResponse, "an answer is a response")
        try promise((response[2] ^ query[2]) & 0x79 == 0, "opcode and RD are the query's")
        try promise(!message.header.recursionAvailable && !message.header.authenticData, "neither RA nor AD is set")
        try promise(message.questions.count <= 1, "one question at most")
        if let question = message.questions.first {
            let length = question.name.wire.count + 4
            let isEchoed = response[12..<(12 + length)].elementsEqual(query[12...].prefix(length))
            try promise(isEchoed, "the question comes back octet by octet")
        }
    }

    private func checkLength(
        _ query: [UInt8],
        _ response: [UInt8],
        _ message: Message,
        isDatagram: Bool,
        most: Int
    ) throws(BrokenPromise) {
        try promise(isDatagram || !message.header.isTruncated, "streams have room")
        guard isDatagram else { return }
        try promise(response.count <= most, "datagrams keep the server's limit")
        guard let sent = try? Message(wire: query) else { return }
        let limit = max(512, Int(sent.edns?.payloadSize ?? 512))
        try promise(response.count <= limit, "datagrams keep the client's limit")
        // An OPT record whose owner is a pointer to a root is read by `Message`, and malformed by RFC 6891 6.1.2.
        guard message.rcode != .formatError else { return }
        try promise((message.edns != nil) == (sent.edns != nil), "an OPT record is answered by one")
    }

    private func checkSections(_ message: Message) throws(BrokenPromise) {
        let records = message.answers + message.authorities + message.additionals
        for record in records where record.type != .tsig {
            try promise((try? RDataValidator.validate(record.type, record.rdata)) != nil, "RDATA is valid")
        }
        guard message.header.opcode == .query, let question = message.questions.first,
            question.rrclass == .internet || question.rrclass == .any, !message.header.isTruncated
        else { return }
        try promise(
            records.allSatisfy { record in record.type == .tsig || zones.contains { record.owner.isSubdomain(of: $0) }
            },
            "records are of the zones held"
        )
        let wantsSignatures = message.edns?.dnssecOK ?? false
        let isNegative = message.answers.isEmpty && message.header.isAuthoritative
        if isNegative || message.rcode == .nameError {
            let apex = message.authorities.first { $0.type == .soa }?.owner
            try promise(apex != nil, "a negative answer has the zone's SOA")
            let isSigned = apex != nil && apex != zones[0]
            let hasProof = message.authorities.contains { $0.type == .nsec || $0.type == .nsec3 }
            try promise(hasProof == (isSigned && wantsSignatures), "a negative answer is proven when it can be")
        }
        let hasSignatures = message.authorities.contains { $0.type == .rrsig }
        try promise(wantsSignatures || !hasSignatures, "signatures come to those who want them")
    }
}
