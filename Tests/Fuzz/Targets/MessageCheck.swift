// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What is read as a message is written and read as the same message; its RDATA, if valid, likewise.
final class MessageCheck: FuzzCheck {
    func check(_ input: [UInt8]) throws(BrokenPromise) {
        var reader = WireReader(input.span)
        let message: Message
        do throws(WireError) {
            message = try Message(from: &reader)
        } catch {
            let position = reader.position
            try promise(position <= input.count, "the reader stays within the message")
            return
        }
        let end = reader.position
        try promise(end <= input.count, "a message does not end behind its octets")
        try promise((try? Message(wire: input)) == (end == input.count ? message : nil), "whole messages only")
        let records = message.answers + message.authorities + message.additionals
        try promise(12 + 11 * records.count + 5 * message.questions.count <= input.count, "no record from nothing")
        for record in records {
            guard (try? RDataValidator.validate(record.type, record.rdata)) != nil else { continue }
            try RDataCheck.checkValid(record.type, record.rdata)
        }
        // Expanded names can make a message longer than any can be.
        guard let first = try? message.encoded() else { return }
        let again = try promised("what was written is read") { () throws(WireError) in try Message(wire: first) }
        try promise(Self.folded(again) == Self.folded(message), "what was written is read as the same message")
        let second = try promised("what was read is written") { () throws(WireError) in try again.encoded() }
        try promise(second == first, "writing twice gives the same octets")
        for limit in [first.count - 1, first.count / 2] {
            try promise((try? message.encoded(limit: limit)) == nil, "a limit is kept")
        }
        try promise((try? message.encoded(limit: first.count)) == first, "a message fits into its own length")
    }

    /// The message with its RDATA in canonical form: compression may change the case of names.
    private static func folded(_ message: Message) -> Message {
        func fold(_ records: [ResourceRecord]) -> [ResourceRecord] {
            records.map { record in
                var record = record
                record.rdata = RDataCanonical.canonical(record.type, record.rdata)
                return record
            }
        }
        var folded = message
        folded.answers = fold(message.answers)
        folded.authorities = fold(message.authorities)
        folded.additionals = fold(message.additionals)
        return folded
    }
}
