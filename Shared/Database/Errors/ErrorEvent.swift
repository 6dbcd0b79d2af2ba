// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// One unexpected error, without anything that belongs to a customer.
package struct ErrorEvent: Sendable, Hashable {
    /// The daemon.
    package let service: String
    /// What was being done: a text of the program, always the same for one place.
    package let title: String
    /// Why it failed, redacted.
    package let reason: String
    /// File and line that told of it.
    package let location: String
    package let release: String
    package let at: Timestamp
    /// The request or job, where there was one.
    package let requestID: String?
    package let account: Int64?
    /// For example the kind of job, by name; redacted.
    package let tags: [String: String]

    /// What events of one group have in common. A line's number is no part of it: it changes with every release.
    package var fingerprint: String {
        let file = location.split(separator: ":").first ?? ""
        return [service, title, reason, String(file)].joined(separator: "\u{1F}")
    }
}
