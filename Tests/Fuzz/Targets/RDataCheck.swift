// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// RDATA that is valid is printed, read back, written into messages and taken apart without a change.
///
/// An input is a form (one octet), the type (two) and either RDATA or text.
final class RDataCheck: FuzzCheck {
    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard input.count >= 3 else { return }
        let type = RRType(rawValue: UInt16(input[1]) << 8 | UInt16(input[2]))
        let data = Array(input[3...])
        if input[0] & 1 == 0 {
            let text = RDataText.print(type: type, rdata: data)
            try promise(text.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "RDATA of any octets prints as ASCII")
            guard (try? RDataValidator.validate(type, data)) != nil else {
                try promise((try? RData(type: type, rdata: data)) == nil, "invalid RDATA is not taken apart")
                return
            }
            try Self.checkValid(type, data)
        } else {
            guard let rdata = try? RDataText.parse(type: type, text: String(decoding: data, as: UTF8.self)) else {
                return
            }
            try promise((try? RDataValidator.validate(type, rdata)) != nil, "what text gives is valid")
            try Self.checkValid(type, rdata)
        }
    }

    /// What must hold for RDATA that passes the validator.
    static func checkValid(_ type: RRType, _ rdata: [UInt8]) throws(BrokenPromise) {
        let typed = try promised("valid RDATA is taken apart") { () throws(WireError) in
            try RData(type: type, rdata: rdata)
        }
        try promise(typed.type == type, "fields know their type")
        let encoded = try promised("fields are written") { () throws(WireError) in try typed.encoded() }
        try promise(encoded == rdata, "fields are written as they were read")
        let canonical = RDataCanonical.canonical(type, rdata)
        try promise(canonical.count == rdata.count, "the canonical form is as long")
        try promise(RDataCanonical.canonical(type, canonical) == canonical, "the canonical form is stable")
        try promise((try? RDataValidator.validate(type, canonical)) != nil, "the canonical form is valid")
        _ = try promised("names are found") { () throws(WireError) in try RDataCanonical.names(in: rdata, of: type) }
        let text = RDataText.print(type: type, rdata: rdata)
        let parsed = try promised("what was printed is read: \(type) \(text)") { () throws(TextError) in
            try RDataText.parse(type: type, text: text)
        }
        try promise(parsed == rdata, "text gives the same RDATA: \(type) \(text)")
        try checkCompression(type, rdata)
    }

    /// RDATA behind an owner that shares labels with its names comes back from a message as it was.
    private static func checkCompression(_ type: RRType, _ rdata: [UInt8]) throws(BrokenPromise) {
        // An OPT record is no record of a section.
        guard type != .opt, rdata.count < 60_000 else { return }
        let owner = (try? RDataCanonical.names(in: rdata, of: type))?.last ?? .root
        let record = ResourceRecord(owner: owner, type: type, ttl: 1, rdata: rdata)
        var message = Message(header: MessageHeader(id: 1))
        message.answers = [record, record]
        let again = try promised("a record is written and read") { () throws(WireError) in
            try Message(wire: try message.encoded())
        }
        for answer in again.answers {
            try promise(answer.owner == owner && answer.type == type, "an owner comes back from a message")
            // A name that stands in the message already may come back in its case.
            try promise(
                RDataCanonical.canonical(type, answer.rdata) == RDataCanonical.canonical(type, rdata),
                "RDATA comes back from a message"
            )
        }
        try promise(again.answers.count == 2, "no record gets lost")
    }
}
