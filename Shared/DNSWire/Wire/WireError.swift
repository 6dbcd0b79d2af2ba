// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why octets are not what the DNS wire format asks for.
///
/// A closed set: every caller can switch over it, and no case carries octets of the input.
@usableFromInline
package enum WireError: Error, Sendable, Hashable {
    /// The input ends before the field does.
    case truncated
    /// The input goes on after the last field.
    case trailingOctets
    /// A label begins with the bits 01 or 10 (RFC 1035 4.1.4, RFC 6891 5).
    case badLabelType
    /// A label is empty where only the root may be, or longer than 63 octets (RFC 1035 3.1).
    case badLabelLength
    /// A name is longer than 255 octets on the wire (RFC 1035 3.1).
    case nameTooLong
    /// A compression pointer does not point strictly backwards, or there are too many (RFC 1035 4.1.4).
    case badPointer
    /// A compression pointer stands where none may be (RFC 3597 4).
    case pointerNotAllowed
    /// The output has no room for the field.
    case bufferFull
    /// A value does not fit the length field in front of it.
    case lengthOverflow
    /// A field that must hold at least one octet is empty.
    case emptyField
    /// A field holds a value that the type's RFC forbids.
    case badValue
    /// A digest, hash or key does not have the length of its algorithm.
    case badDigestLength
    /// The windows of a type bitmap are empty, too long or out of order (RFC 4034 4.1.2).
    case badTypeBitmap
    /// The service parameters are out of order, repeated or malformed (RFC 9460 2.2).
    case badServiceParameter
    /// An address prefix is out of bounds or ends in a zero octet (RFC 3123 4).
    case badPrefix
    /// A location's version, size or coordinate is out of bounds (RFC 1876 2).
    case badLocation
    /// A property tag is empty or not of letters and digits (RFC 8659 4.1).
    case badTag
    /// The message has more than one OPT record, or one outside of the additional section (RFC 6891 6.1.1).
    case badOPT
    /// The message holds more records than a section can count.
    case tooManyRecords
}

extension WireError: CustomStringConvertible {
    /// The reason in words, as an end of a sentence.
    @usableFromInline
    package var description: String {
        switch self {
        case .truncated: "the data ends too early"
        case .trailingOctets: "there are octets after the end of the data"
        case .badLabelType: "a label has a reserved type"
        case .badLabelLength: "a label must have 1 to 63 octets"
        case .nameTooLong: "a name must not be longer than 255 octets"
        case .badPointer: "a compression pointer does not point backwards"
        case .pointerNotAllowed: "a compressed name is not allowed here"
        case .bufferFull: "the message has no more room"
        case .lengthOverflow: "a value is too long for its length field"
        case .emptyField: "a field must not be empty"
        case .badValue: "a field has a forbidden value"
        case .badDigestLength: "the digest does not have the length of its algorithm"
        case .badTypeBitmap: "the type bitmap is malformed"
        case .badServiceParameter: "the service parameters are malformed or out of order"
        case .badPrefix: "an address prefix is malformed"
        case .badLocation: "the location is out of bounds"
        case .badTag: "the property tag must be of letters and digits"
        case .badOPT: "the message has a misplaced or repeated OPT record"
        case .tooManyRecords: "a section has too many records"
        }
    }
}
