// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whether TXT records at `_acme-challenge` names (RFC 8555 8.4) go by themselves: crashed clients leave them behind, and
/// a certificate authority that reads them all gives up at some number.
package struct ChallengeExpiry: Hashable, Sendable, JSONWritable {
    /// The ages that can be asked for, in hours.
    package static let bounds: ClosedRange<Int64> = 1...8_760

    /// The age of a record from which on it goes, in hours since it was last written; nil keeps them all.
    package let hours: Int64?

    /// - Throws: `ValidationErrors` for an age out of bounds.
    package init(hours: Int64?) throws(ValidationErrors) {
        if let hours, !Self.bounds.contains(hours) {
            throw ValidationErrors("hours", "must be between \(Self.bounds.lowerBound) and \(Self.bounds.upperBound)")
        }
        self.hours = hours
    }

    package func write(to json: inout JSONWriter) {
        json.object { $0.member("hours", hours) }
    }
}
