// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One thing that is wrong in a master file, and where it stands.
package struct MasterFileError: Error, Sendable, Hashable {
    /// The included file; nil for the one that was fed.
    package let file: String?
    /// The line, counted from 1.
    package let line: Int
    /// The column in octets, counted from 1.
    package let column: Int
    /// What is wrong there.
    package let reason: Reason

    package init(file: String? = nil, line: Int, column: Int, reason: Reason) {
        self.file = file
        self.line = line
        self.column = column
        self.reason = reason
    }
}

extension MasterFileError {
    /// The reasons why an entry is refused. A closed set, so that callers can switch over it.
    package enum Reason: Sendable, Hashable {
        /// A field cannot be read.
        case syntax(TextError.Reason)
        /// The entry has more octets of text than the reader allows.
        case entryTooLong(maximum: Int)
        /// The record has no TTL, and neither `$TTL` nor a record before gives one (RFC 2308 4).
        case missingTTL
        /// The word after `$` is not a directive.
        case unknownDirective
        /// A directive that the caller has not allowed.
        case directiveNotAllowed(String)
        /// The file that `$INCLUDE` names could not be had.
        case includeNotFound(String)
        /// Files include each other more deeply than allowed.
        case includeTooDeep(maximum: Int)
        /// `$GENERATE` has no range as `first-last` or `first-last/step`.
        case badRange
        /// `$GENERATE` would make more records than allowed.
        case tooManyGenerated(maximum: Int)
        /// A `${offset,width,base}` of `$GENERATE` cannot be read.
        case badModifier
    }
}

extension MasterFileError.Reason: CustomStringConvertible {
    /// The reason as one sentence without a full stop, for people.
    package var description: String {
        switch self {
        case .syntax(let reason): reason.description
        case .entryTooLong(let maximum): "the entry is longer than \(maximum) octets"
        case .missingTTL: "the record has no TTL, and there is no $TTL"
        case .unknownDirective: "this is not a directive"
        case .directiveNotAllowed(let directive): "\(directive) is not allowed here"
        case .includeNotFound(let path): "the included file \(path) cannot be read"
        case .includeTooDeep(let maximum): "files include each other more than \(maximum) deep"
        case .badRange: "the range must be first-last or first-last/step"
        case .tooManyGenerated(let maximum): "$GENERATE must not make more than \(maximum) records"
        case .badModifier: "this is not a modifier as ${offset,width,base}"
        }
    }
}

extension MasterFileError: CustomStringConvertible {
    /// The place and the reason as compilers print it: `line:column: reason`, the file in front if it is an included one.
    package var description: String {
        "\(file.map { "\($0):" } ?? "")\(line):\(column): \(reason)"
    }
}
