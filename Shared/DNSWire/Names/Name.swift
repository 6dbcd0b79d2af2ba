// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A domain name: its uncompressed wire form, root label included (RFC 1035 3.1).
///
/// The case of the input is kept; equality, hash and order ignore the case of ASCII letters (RFC 4343). A name is
/// always valid: each label has 1 to 63 octets of any value and the whole has at most 255.
@usableFromInline
package struct Name: Sendable {
    /// The longest name, in octets of the wire form.
    @usableFromInline package static let maximumLength = 255
    /// The longest label, in octets.
    @usableFromInline package static let maximumLabelLength = 63

    /// The wire form: labels with their length octets, ending in the root's zero octet.
    @usableFromInline package let wire: [UInt8]

    /// The root of all names.
    @usableFromInline package static let root = Name(validated: [0])

    /// A name from a wire form that the caller has checked already.
    @inlinable
    package init(validated wire: [UInt8]) {
        self.wire = wire
    }

    /// A name from exactly its wire form, without compression.
    @inlinable
    package init(wire octets: some Collection<UInt8>) throws(WireError) {
        let wire = Array(octets)
        var reader = WireReader(wire.span)
        try reader.skipName(pointers: .forbidden)
        guard reader.isAtEnd else { throw .trailingOctets }
        self.wire = wire
    }

    /// A name from its labels, the one next to the root last; none is the root.
    @inlinable
    package init(labels: some Collection<some Collection<UInt8>>) throws(WireError) {
        var wire: [UInt8] = []
        wire.reserveCapacity(64)
        for label in labels {
            guard let length = UInt8(exactly: label.count), 1...63 ~= length else { throw .badLabelLength }
            wire.append(length)
            wire.append(contentsOf: label)
            guard wire.count < Self.maximumLength else { throw .nameTooLong }
        }
        wire.append(0)
        self.wire = wire
    }

    /// The wire form as a span.
    @inlinable
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            // SAFETY: octets without padding may be read as raw memory.
            unsafe wire.span.bytes
        }
    }

    /// Whether this is the root.
    @inlinable
    package var isRoot: Bool { wire.count == 1 }

    /// Whether the first label is a lone `*` (RFC 4592 2.1.1).
    @inlinable
    package var isWildcard: Bool { wire.count > 2 && wire[0] == 1 && wire[1] == 0x2A }

    /// The name without its first label; nil for the root.
    @inlinable
    package var parent: Name? {
        isRoot ? nil : Name(validated: Array(wire[(Int(wire[0]) + 1)...]))
    }

    /// The name with ASCII letters in lower case.
    @inlinable
    package func lowercased() -> Name {
        if !wire.contains(where: { $0 &- 0x41 < 26 }) { return self }
        return Name(validated: wire.map { CaseFolding.lower($0) })
    }

    /// Whether the name is `ancestor` or lies below it.
    @inlinable
    package func isSubdomain(of ancestor: Name) -> Bool {
        prefixLength(before: ancestor) != nil
    }

    /// The number of wire octets in front of `ancestor`, when the name is it or lies below it.
    @inlinable
    package func prefixLength(before ancestor: Name) -> Int? {
        let start = wire.count - ancestor.wire.count
        guard start >= 0 else { return nil }
        // A label boundary must lie at the start, or `ab.` would be taken to lie below `b.`.
        var index = 0
        while index < start {
            index += Int(wire[index]) + 1
        }
        guard index == start else { return nil }
        return CaseFolding.equal(bytes.extracting(start..<wire.count), ancestor.bytes) ? start : nil
    }

    /// The labels of this name followed by those of `suffix`.
    @inlinable
    package func concatenating(_ suffix: Name) throws(WireError) -> Name {
        guard wire.count - 1 + suffix.wire.count <= Self.maximumLength else { throw .nameTooLong }
        var joined: [UInt8] = []
        joined.reserveCapacity(wire.count - 1 + suffix.wire.count)
        joined.append(contentsOf: wire.dropLast())
        joined.append(contentsOf: suffix.wire)
        return Name(validated: joined)
    }

    /// The name with one more label in front.
    @inlinable
    package func prepending(_ label: some Collection<UInt8>) throws(WireError) -> Name {
        try Name(labels: CollectionOfOne(label)).concatenating(self)
    }
}

extension Name: Hashable {
    /// Equality without the case of ASCII letters.
    @inlinable
    package static func == (left: Name, right: Name) -> Bool {
        CaseFolding.equal(left.bytes, right.bytes)
    }

    /// The hash of the lower-case form.
    @inlinable
    package func hash(into hasher: inout Hasher) {
        CaseFolding.hash(bytes, into: &hasher)
    }
}
