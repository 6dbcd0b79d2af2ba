// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// Responses of few octets that go with transfers.
package enum TransferResponse {
    /// The octets of an OPT record without options.
    static let optLength = 11
    /// The payload that OPT records of responses name.
    private static let payload: UInt16 = 1232

    /// A response without records: the refusal of a request.
    package static func empty(to request: Message, _ rcode: RCode, isAuthoritative: Bool = false) -> [UInt8] {
        var writer = WireWriter()
        do throws(WireError) {
            try header(to: request, rcode, isAuthoritative: isAuthoritative).encode(to: &writer)
            try SectionCounts(questions: UInt16(clamping: request.questions.count)).encode(to: &writer)
            for question in request.questions { try question.encode(to: &writer) }
        } catch {
            // More questions than a message holds: they go without.
            writer.reset()
            var bare = request
            bare.questions = []
            return empty(to: bare, rcode, isAuthoritative: isAuthoritative)
        }
        var response = writer.octets
        appendOPT(of: request, rcode, to: &response)
        return response
    }

    /// A response with the records of one RRset, which must be small; nil for a request that has no question.
    package static func answer(to request: Message, _ rrset: RRset) -> [UInt8]? {
        guard let question = request.questions.first else { return nil }
        var writer = WireWriter(capacity: 512)
        do throws(WireError) {
            try header(to: request, .noError, isAuthoritative: true).encode(to: &writer)
            try SectionCounts(questions: 1, answers: UInt16(clamping: rrset.rdatas.count)).encode(to: &writer)
            try question.encode(to: &writer)
            for rdata in rrset.rdatas {
                try ResourceRecord(owner: rrset.owner, type: rrset.type, ttl: rrset.ttl, rdata: rdata)
                    .encode(to: &writer)
            }
        } catch {
            return nil
        }
        var response = writer.octets
        appendOPT(of: request, .noError, to: &response)
        return response
    }

    /// The response to what could not be read, of the header alone; nil for less than a header or a response.
    package static func formatError(to message: [UInt8]) -> [UInt8]? {
        guard message.count >= Message.headerLength, message[2] & 0x80 == 0 else { return nil }
        let flags = message[2] & 0x79 | 0x80
        return [message[0], message[1], flags, UInt8(RCode.formatError.headerBits), 0, 0, 0, 0, 0, 0, 0, 0]
    }

    /// The header of a response.
    static func header(to request: Message, _ rcode: RCode, isAuthoritative: Bool) -> MessageHeader {
        var header = request.response().header
        header.checkingDisabled = false
        header.isAuthoritative = isAuthoritative
        header.rcodeBits = rcode.headerBits
        return header
    }

    /// Appends an OPT record where the request has one (RFC 5936 2.2.5, RFC 6891 6.1.1).
    static func appendOPT(of request: Message, _ rcode: RCode, to response: inout [UInt8]) {
        guard let edns = request.edns else { return }
        response += [0, 0, UInt8(RRType.opt.rawValue)]
        response.appendNumber(payload)
        response += [rcode.extendedBits, 0, edns.dnssecOK ? 0x80 : 0, 0, 0, 0]
        response.setNumber(response.number(at: 10) &+ 1, at: 10)
    }
}
