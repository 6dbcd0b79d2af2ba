// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why one side ends a connection, or why a zone was refused: a code and one line for people.
///
/// On the wire `-CODE [retry=MS] text`. Nothing that the failing message carried has any effect.
package struct ProtocolError: Error, Sendable, Equatable {
    /// The codes of ZSP/1.
    package enum Code: Int, Sendable, CaseIterable {
        case syntax = 400
        case unauthorised = 401
        case role = 403
        case timeout = 408
        case conflict = 409
        case gone = 410
        case tooLong = 413
        case invalidZone = 422
        case slowDown = 429
        case hashMismatch = 460
        case internalError = 500
        case draining = 503
        case version = 505
    }

    /// What kind of error it is.
    package var code: Code
    /// One line of printable ASCII.
    package var text: String
    /// With `slowDown` and `draining`: milliseconds after which to try this address again.
    package var retryMilliseconds: UInt64?

    /// An error with a text for people.
    package init(_ code: Code, _ text: String, retryMilliseconds: UInt64? = nil) {
        self.code = code
        self.text = text
        self.retryMilliseconds = retryMilliseconds
    }
}

extension ProtocolError: CustomStringConvertible {
    /// Code and text.
    package var description: String { "\(code.rawValue) \(text)" }
}
