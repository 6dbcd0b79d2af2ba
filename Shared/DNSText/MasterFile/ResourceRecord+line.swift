// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension ResourceRecord {
    /// The record on one line: `owner TTL class type RDATA`, all names absolute, without an end of line.
    package var line: String {
        var text: [UInt8] = []
        text.reserveCapacity(owner.wire.count &+ rdata.count &* 2 &+ 40)
        appendLine(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the record as `line` has it.
    package func appendLine(to text: inout [UInt8]) {
        owner.appendText(to: &text)
        text.append(Octet.space)
        appendLineAfterOwner(to: &text)
    }

    /// Appends everything but the owner and the space behind it.
    func appendLineAfterOwner(to text: inout [UInt8]) {
        NumberText.print(ttl, into: &text)
        text.append(Octet.space)
        if rrclass == .internet {
            text.append(contentsOf: "IN ".utf8)
        } else {
            text.append(contentsOf: "CLASS\(rrclass.rawValue) ".utf8)
        }
        TypeText.print(type, into: &text)
        text.append(Octet.space)
        RDataText.print(type: type, rdata: rdata, into: &text)
    }

    /// The record that a line in master-file form writes.
    ///
    /// Owner and TTL must be there, class and TTL in either order; the class is IN when it is left out. Names without a
    /// final dot are refused unless there is an `origin`.
    package init(line: some Collection<UInt8>, origin: Name? = nil) throws(TextError) {
        let lexer = try TextTokenizer.tokens(of: Array(line))
        let originWire = origin?.wire ?? []
        var cursor = TextCursor(bytes: lexer.bytes.span, tokens: lexer.tokens.span, origin: originWire.span)
        var wire: [UInt8] = []
        // What is written is never longer than its text, but for the root's octet and a relative name's origin.
        wire.reserveCapacity((cursor.peek?.count ?? 0) &+ originWire.count &+ 2)
        if lexer.ownerIsOmitted { throw TextError(offset: 0, reason: .missing("an owner")) }
        try NameText.parse(&cursor, into: &wire)
        let header = try RecordHeader.parse(&cursor)
        guard let ttl = header.ttl else {
            throw TextError(offset: cursor.tokens[cursor.index - 1].start, reason: .missing("a TTL"))
        }
        var rdata: [UInt8] = []
        rdata.reserveCapacity(cursor.rdataCapacity)
        try RDataText.parse(type: header.type, &cursor, into: &rdata)
        self.init(owner: Name(validated: wire), type: header.type, rrclass: header.rrclass, ttl: ttl, rdata: rdata)
    }

    /// The record that a line in master-file form writes; the octets are those of its UTF-8 form.
    package init(line: some StringProtocol, origin: Name? = nil) throws(TextError) {
        try self.init(line: line.utf8, origin: origin)
    }
}
