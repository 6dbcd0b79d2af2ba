// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// What is wrong with a text in presentation form, and where.
package struct TextError: Error, Sendable, Hashable {
    /// The octet of the text at which the trouble begins, counted from 0.
    package let offset: Int
    /// What is wrong there.
    package let reason: Reason

    package init(offset: Int, reason: Reason) {
        self.offset = offset
        self.reason = reason
    }
}

extension TextError {
    /// The reasons why a text is refused. A closed set, so that callers can switch over it.
    package enum Reason: Sendable, Hashable {
        /// The text ends where a field, described in words, should stand.
        case missing(String)
        /// There is more text than the type has fields.
        case trailingText
        /// A field, described in words, cannot be read as what it should be.
        case invalid(String)
        /// A number is larger than its field allows.
        case numberTooLarge(maximum: UInt64)
        /// A backslash is not followed by a character or by three digits up to 255.
        case badEscape
        /// A label is empty, as in `a..b`.
        case emptyLabel
        /// A label has more than 63 octets.
        case labelTooLong
        /// A name has more than 255 octets on the wire.
        case nameTooLong
        /// A relative name or `@` stands where no origin is known.
        case relativeNameWithoutOrigin
        /// A character-string has more than 255 octets.
        case stringTooLong
        /// The data has more than 65,535 octets.
        case dataTooLong
        /// A quoted string is not closed on its line.
        case unclosedQuote
        /// A parenthesis is not closed before the end of the text.
        case unclosedParenthesis
        /// A closing parenthesis has no opening one.
        case unopenedParenthesis
        /// The length that RFC 3597 data announces is not the number of octets given.
        case lengthMismatch(announced: Int, actual: Int)
        /// A record has a type of questions and messages only.
        case metaType(String)
        /// The data can be read but the type's RFC forbids it.
        case invalidData(WireError)
    }
}

extension TextError.Reason: CustomStringConvertible {
    /// The reason as one sentence without a full stop, for people.
    package var description: String {
        switch self {
        case .missing(let field): "\(field) is missing"
        case .trailingText: "there is text after the last field of the record"
        case .invalid(let field): "this is not \(field)"
        case .numberTooLarge(let maximum): "the number must not be larger than \(maximum)"
        case .badEscape: "a backslash must be followed by a character or by three digits from 000 to 255"
        case .emptyLabel: "a label must not be empty"
        case .labelTooLong: "a label must not be longer than 63 octets"
        case .nameTooLong: "a name must not be longer than 255 octets"
        case .relativeNameWithoutOrigin: "a relative name needs an origin"
        case .stringTooLong: "a character-string must not be longer than 255 octets"
        case .dataTooLong: "the data must not be longer than 65535 octets"
        case .unclosedQuote: "the quoted string is not closed on its line"
        case .unclosedParenthesis: "the parenthesis is not closed"
        case .unopenedParenthesis: "this parenthesis was not opened"
        case .lengthMismatch(let announced, let actual):
            "the length is given as \(announced) but there are \(actual) octets"
        case .metaType(let type): "\(type) is not a type that a zone can hold"
        case .invalidData(let error): error.description
        }
    }
}

extension TextError: CustomStringConvertible {
    /// The column, counted from 1, and the reason.
    package var description: String { "column \(offset + 1): \(reason)" }
}
