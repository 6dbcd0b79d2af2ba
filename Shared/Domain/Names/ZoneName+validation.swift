// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

extension ZoneName {
    /// The name that a customer gives a domain or zone.
    ///
    /// A customer can own a host name of two labels or more, in ASCII or as an international name; also a reverse
    /// zone, with the `/` that RFC 2317 uses. Case and a final dot do not count.
    ///
    /// - Throws: `ValidationErrors` for `name`.
    package init(customer text: some StringProtocol) throws(ValidationErrors) {
        do {
            try self.init(checking: text)
        } catch {
            throw ValidationErrors("name", error.message)
        }
    }

    /// The name that the operator gives a zone: any domain name, the root too.
    ///
    /// - Throws: `ValidationErrors` for `name`.
    package init(operator text: some StringProtocol) throws(ValidationErrors) {
        do {
            self.init(try Name(text: String(text), origin: .root))
        } catch {
            throw ValidationErrors("name", "is invalid: \(error.reason)")
        }
    }

    /// The form in which `text` is looked up: as names are kept, in lower case, with A-labels and without the final dot.
    /// What can be no name stays as it is but for its case: it names nothing.
    package static func key(_ text: some StringProtocol) -> String {
        let lowercased = text.lowercased()
        guard !lowercased.utf8.allSatisfy({ $0 < 0x80 }) else {
            return lowercased.utf8.count > 1 && lowercased.hasSuffix(".") ? String(lowercased.dropLast()) : lowercased
        }
        var labels = lowercased.split(omittingEmptySubsequences: false) { Self.isDot($0) }
        if labels.count > 1, labels.last == "" {
            labels.removeLast()
        }
        return labels.map { InternationalLabel.ascii($0) ?? String($0) }.joined(separator: ".")
    }

    private struct Refusal: Error {
        var message: String
    }

    private init(checking text: some StringProtocol) throws(Refusal) {
        var labels = text.split(omittingEmptySubsequences: false) { Self.isDot($0) }.map { String($0) }
        if labels.count > 1, labels.last == "" {
            labels.removeLast()
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw Refusal(message: "can't be blank")
        }
        let isReverse = Self.reverseSuffixes.contains { suffix in
            labels.suffix(2).joined(separator: ".").lowercased() == suffix
        }
        var ascii: [String] = []
        for label in labels {
            ascii.append(try Self.checked(label, isReverse: isReverse))
        }
        let joined = ascii.joined(separator: ".")
        guard joined.utf8.count <= 253 else {
            throw Refusal(message: "is too long (maximum is 253 characters)")
        }
        guard ascii.count >= 2, !Self.reverseSuffixes.contains(joined) else {
            throw Refusal(message: "is not a name that a customer can own")
        }
        guard ascii.last.map({ $0.utf8.allSatisfy(RecordName.isDigit) }) == false else {
            throw Refusal(message: "has a numeric top-level label")
        }
        guard let name = Self(stored: joined) else {
            throw Refusal(message: "is not a valid domain name")
        }
        self = name
    }

    /// The label in lower-case ASCII.
    private static func checked(_ label: String, isReverse: Bool) throws(Refusal) -> String {
        guard !label.isEmpty else {
            throw Refusal(message: "has an empty label")
        }
        guard let ascii = InternationalLabel.ascii(label), InternationalLabel.isValid(ascii) else {
            throw Refusal(message: "is not a valid international name")
        }
        guard ascii.utf8.count <= Name.maximumLabelLength else {
            throw Refusal(message: "has a label that is too long (maximum is 63 characters)")
        }
        let isAllowed = ascii.utf8.allSatisfy { RecordName.isHostOctet($0) || isReverse && $0 == UInt8(ascii: "/") }
        guard isAllowed else {
            throw Refusal(message: "may only have letters, digits, hyphens and dots")
        }
        guard !ascii.hasPrefix("-"), !ascii.hasSuffix("-") else {
            throw Refusal(message: "has a label that starts or ends with a hyphen")
        }
        return ascii
    }

    /// The full stop and the other dots that IDNA takes for one (RFC 3490 3.1).
    private static func isDot(_ character: Character) -> Bool {
        character == "." || character == "\u{3002}" || character == "\u{FF0E}" || character == "\u{FF61}"
    }
}
