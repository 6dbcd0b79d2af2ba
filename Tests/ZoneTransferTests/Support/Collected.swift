// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

@testable import ZoneTransfer

/// A transfer read to its end.
struct Collected {
    /// The messages as they were made.
    var messages: [[UInt8]] = []
    /// All their records as lines.
    var lines: [String] = []

    /// Asks `source` for `example.`.
    init(
        _ source: some TransferSource,
        _ kind: TransferQuestion.Kind = .whole,
        transaction: TSIGTransaction? = nil,
        edns: EDNS? = nil
    ) throws {
        let question = try TransferQuestion(Self.request(kind, edns: edns))
        guard let records = try TransferRecords(question.kind, of: question.zone, from: source) else { return }
        var transfer = TransferMessages(question, records, transaction: transaction)
        while let message = try transfer.next(now: Samples.now) {
            messages.append(message)
            lines += try Message(wire: message).answers.map(\.line)
        }
    }

    /// A request for `example.`.
    static func request(_ kind: TransferQuestion.Kind, edns: EDNS? = nil) throws -> Message {
        let zone = try Name(text: "example.")
        var type = RRType.axfr
        if case .since = kind { type = .ixfr }
        var request = Message.query(id: 0x4711, Question(name: zone, type: type), edns: edns)
        if case .since(let serial) = kind {
            request.authorities = [try ResourceRecord(line: "example. 0 IN SOA . . \(serial) 0 0 0 0")]
        }
        return request
    }
}
