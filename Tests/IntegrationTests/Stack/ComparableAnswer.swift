// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// An answer in the form in which two servers' answers to one question must be equal: the order of records and the
/// case of owner names do not count, everything else does.
struct ComparableAnswer: Equatable, CustomStringConvertible {
    private let head: String
    private let sections: [[String]]

    /// - Parameter additionals: whether the additional section counts.
    init(_ message: Message, additionals: Bool = true) {
        head = "\(message.rcode) aa=\(message.header.isAuthoritative) tc=\(message.header.isTruncated)"
        sections = [message.answers, message.authorities, additionals ? message.additionals : []].map { section in
            section.map(Self.line).sorted()
        }
    }

    var description: String {
        zip([" answer:", " authority:", " additional:"], sections).reduce(head) { text, section in
            text + section.0 + " [" + section.1.joined(separator: ", ") + "]"
        }
    }

    private static func line(_ record: ResourceRecord) -> String {
        var record = record
        record.owner = record.owner.lowercased()
        return record.line
    }
}
