// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What one check found.
enum HealthVerdict: Equatable {
    /// The server answers as it should.
    case healthy
    /// It does not; why, for people.
    case unhealthy(String)
    /// It could not be asked, by no fault of its own: neither a success nor a failure.
    case unknown(String)

    /// Judges the answer to `question`.
    ///
    /// - Parameter expected: RDATA that one of the records must have; nil when any record of the type will do.
    static func judging(_ answer: Message, to question: Question, expected: [UInt8]?) -> HealthVerdict {
        guard answer.rcode == .noError else { return .unhealthy("the answer is \(answer.rcode)") }
        guard answer.header.isAuthoritative else { return .unhealthy("the answer is not authoritative") }
        let records = answer.answers.filter { $0.owner == question.name && $0.type == question.type }
        guard !records.isEmpty else { return .unhealthy("the answer has no \(question.type) record of the name") }
        if let expected, !records.contains(where: { $0.rdata == expected }) {
            return .unhealthy("the answer has not the expected record")
        }
        return .healthy
    }
}
