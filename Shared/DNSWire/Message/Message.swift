// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A whole DNS message in parts (RFC 1035 4.1).
///
/// For tools, tests and whatever need not be fast: the responder reads and writes messages without it.
package struct Message: Sendable, Hashable {
    /// The length of the header and the section counts, in octets.
    package static let headerLength = 12
    /// The longest message over TCP, in octets.
    package static let maximumLength = 65_535

    /// Identifier and flags; its four bits of response code give way to those of `rcode` when it is encoded.
    package var header: MessageHeader
    /// The response code with the bits of an OPT record; more than 15 needs `edns`.
    package var rcode: RCode
    /// The questions, one in nearly all messages.
    package var questions: [Question]
    /// The answer section.
    package var answers: [ResourceRecord] = []
    /// The authority section.
    package var authorities: [ResourceRecord] = []
    /// The additional section without its OPT record.
    package var additionals: [ResourceRecord] = []
    /// What the OPT record says, when there is one.
    package var edns: EDNS?

    /// A message of a header and questions.
    package init(header: MessageHeader, questions: [Question] = [], edns: EDNS? = nil) {
        self.header = header
        self.rcode = RCode(rawValue: UInt16(header.rcodeBits))
        self.questions = questions
        self.edns = edns
    }

    /// A query with one question.
    package static func query(
        id: UInt16,
        _ question: Question,
        recursionDesired: Bool = false,
        edns: EDNS? = nil
    ) -> Message {
        var header = MessageHeader(id: id)
        header.recursionDesired = recursionDesired
        return Message(header: header, questions: [question], edns: edns)
    }

    /// An empty response to this query: identifier, opcode, RD, CD and questions are taken over.
    package func response(rcode: RCode = .noError, edns: EDNS? = nil) -> Message {
        var header = MessageHeader(id: header.id)
        header.isResponse = true
        header.opcode = self.header.opcode
        header.recursionDesired = self.header.recursionDesired
        header.checkingDisabled = self.header.checkingDisabled
        var response = Message(header: header, questions: questions, edns: edns)
        response.rcode = rcode
        return response
    }
}
