// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Names are read as RFC 1035 says or refused, ordered as RFC 4034 says, and come back from wire and text.
///
/// An input is a form (one octet) and either a message with a name at an offset (one octet), text, or two names.
final class NameCheck: FuzzCheck {
    private let origin = Name(validated: [1, 0x6F, 0])

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard input.count >= 2 else { return }
        let octets = Array(input[1...])
        switch input[0] % 3 {
        case 0: try checkMessage(Array(octets[1...]), start: Int(octets[0]))
        case 1: try checkText(octets)
        default: try checkPair(octets)
        }
    }

    /// A name inside of a message, against the plainest reading of the RFC.
    private func checkMessage(_ octets: [UInt8], start: Int) throws(BrokenPromise) {
        guard start <= octets.count else { return }
        let expected = PlainName(octets, at: start)
        var reader = WireReader(octets.span)
        var skipper = WireReader(octets.span)
        try promised("an offset inside is reached") { () throws(WireError) in
            try reader.skip(start)
            try skipper.skip(start)
        }
        let name = try? reader.readName()
        let skipped = (try? skipper.skipName()) != nil
        let ends = (reader.position, skipper.position)
        try promise(name?.wire == expected?.wire, "a name is read as the RFC says")
        try promise(skipped == (name != nil), "a name is skipped when it can be read")
        guard let name, let expected else { return }
        try promise(ends == (expected.end, expected.end), "the reader stands behind the name")
        try checkName(name)
        try checkWriting([name, name.parent ?? name, name.lowercased(), name])
    }

    private func checkText(_ octets: [UInt8]) throws(BrokenPromise) {
        let absolute = try? Name(text: octets)
        let relative = try? Name(text: octets, origin: origin)
        if let absolute { try promise(relative?.wire == absolute.wire, "an origin changes no absolute name") }
        if let relative { try checkName(relative) }
    }

    private func checkPair(_ octets: [UInt8]) throws(BrokenPromise) {
        var reader = WireReader(octets.span)
        guard let left = try? reader.readName(), let right = try? reader.readName() else { return }
        let isEqual = left.lowercased().wire == right.lowercased().wire
        try promise((left == right) == isEqual, "names are equal without case")
        try promise(!isEqual || left.hashValue == right.hashValue, "equal names have one hash")
        let order = left.canonicalOrder(right)
        try promise((order == 0) == isEqual, "the order agrees with equality")
        try promise(order.signum() == -right.canonicalOrder(left).signum(), "the order has two sides")
        try promise((left < right) == (order < 0), "less is less")
        let upper = right.labels.map { $0.map { CaseFolding.lower($0) } }
        let lower = left.labels.map { $0.map { CaseFolding.lower($0) } }
        try promise(left.isSubdomain(of: right) == lower.reversed().starts(with: upper.reversed()), "labels nest")
        if let joined = try? left.concatenating(right) {
            try promise(joined.isSubdomain(of: right), "a name lies below its end")
            try promise(joined.labelCount == left.labelCount + right.labelCount, "labels add up")
            try checkWriting([right, joined, left, joined])
        } else {
            try promise(left.wire.count + right.wire.count > 256, "short names can be joined")
        }
    }

    /// What holds for every name.
    private func checkName(_ name: Name) throws(BrokenPromise) {
        try promise(name.wire.count <= Name.maximumLength, "a name has 255 octets at most")
        try promise((try? Name(wire: name.wire))?.wire == name.wire, "a name is its wire form")
        try promise((try? Name(labels: name.labels))?.wire == name.wire, "a name is its labels")
        let text = name.text
        try promise(text.utf8.allSatisfy { 0x21...0x7E ~= $0 }, "a name prints as one ASCII word")
        try promise((try? Name(text: text))?.wire == name.wire, "text gives the same name: \(text)")
        let short = name.text(relativeTo: origin)
        let again = try? Name(text: short, origin: origin)
        // The origin's own labels may come back in its case.
        try promise(again == name, "relative text gives the same name: \(short)")
    }

    /// Names written one behind the other come back, compressed or not.
    private func checkWriting(_ names: [Name]) throws(BrokenPromise) {
        var writer = WireWriter()
        try promised("names are written") { () throws(WireError) in
            for (index, name) in names.enumerated() { try writer.writeName(name, compress: index != 2) }
        }
        let octets = writer.octets
        var reader = WireReader(octets.span)
        for (index, name) in names.enumerated() {
            guard let again = try? reader.readName() else { throw BrokenPromise("a name that was written is read") }
            try promise(index == 2 ? again.wire == name.wire : again == name, "a name comes back from a message")
        }
        let isAtEnd = reader.isAtEnd
        try promise(isAtEnd, "nothing but names is written")
    }
}
