// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// What a tapped query asked, read from the query or its response.
struct TappedQuestion {
    /// The name, in the client's case.
    let name: Name
    /// The type.
    let type: RRType
    /// The class.
    let rrclass: RRClass

    /// The one question of a query; nil when there is none that can be read.
    init?(_ tapped: TappedQuery) {
        // SAFETY: copied while the octets are valid; a name, type and class take at most 259 octets behind the header.
        let octets = unsafe Array(tapped.query.prefix(Message.headerLength + 259))
        var reader = WireReader(octets.span)
        guard let header = try? MessageHeader(from: &reader), header.opcode == .query, octets.count > 5,
            octets[4] == 0, octets[5] == 1
        else { return nil }
        reader.position = Message.headerLength
        guard let question = try? Question(from: &reader) else { return nil }
        name = question.name
        type = question.type
        rrclass = question.rrclass
    }
}
