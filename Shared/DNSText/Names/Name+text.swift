// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension Name {
    /// The name that `text` writes in presentation form (RFC 1035 5.1), with the escapes `\X` and `\DDD`.
    ///
    /// A name without a final dot is relative and completed with `origin`; `@` is the origin itself. Without an origin
    /// such a name is refused.
    package init(text: some Collection<UInt8>, origin: Name? = nil) throws(TextError) {
        let bytes = Array(text)
        let token = TextToken(
            start: 0,
            end: bytes.count,
            line: 1,
            column: 1,
            isQuoted: false,
            isAdjacent: false,
            hasEscape: true
        )
        var wire: [UInt8] = []
        wire.reserveCapacity(min(bytes.count, Name.maximumLength) + 2)
        let originWire = origin?.wire ?? []
        try NameText.parse(token, in: bytes.span, origin: originWire.span, into: &wire)
        self.init(validated: wire)
    }

    /// The name that `text` writes in presentation form; the octets are those of its UTF-8 form.
    package init(text: some StringProtocol, origin: Name? = nil) throws(TextError) {
        try self.init(text: text.utf8, origin: origin)
    }

    /// The absolute presentation form: a final dot, and escapes where a character would mean something else.
    package var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(wire.count)
        appendText(to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the absolute presentation form.
    package func appendText(to text: inout [UInt8]) {
        guard !isRoot else {
            text.append(Octet.dot)
            return
        }
        NameText.printLabels(wire.span, from: 0, to: wire.count - 1, into: &text)
    }

    /// The presentation form below `origin` without a final dot, `@` for the origin itself.
    ///
    /// A name outside of the origin is printed absolute, and so is every name below the root.
    package func text(relativeTo origin: Name) -> String {
        var text: [UInt8] = []
        appendText(relativeTo: origin, to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the presentation form that `text(relativeTo:)` returns.
    package func appendText(relativeTo origin: Name, to text: inout [UInt8]) {
        guard !origin.isRoot, let length = prefixLength(before: origin) else {
            appendText(to: &text)
            return
        }
        guard length > 0 else {
            text.append(Octet.at)
            return
        }
        NameText.printLabels(wire.span, from: 0, to: length, into: &text)
        text.removeLast()
    }
}
