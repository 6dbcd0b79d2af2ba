// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Foundation

/// When the server suggests to renew a certificate (RFC 9773 section 4.2).
package struct ACMERenewalInfo: Sendable, Equatable {
    struct Body: Decodable {
        struct Window: Decodable {
            let start: String
            let end: String
        }

        let suggestedWindow: Window
    }

    /// The window: any moment in it, chosen at random, and at once when it lies in the past.
    package let start: Date
    package let end: Date
    /// When to ask again.
    package let retryAfter: Duration?

    /// nil when the times are none, or in the wrong order (section 4.2: the client acts as if there was no answer).
    init?(_ body: Body, retryAfter: Duration?) {
        guard let start = Self.date(body.suggestedWindow.start), let end = Self.date(body.suggestedWindow.end),
            start < end
        else { return nil }
        self.start = start
        self.end = end
        self.retryAfter = retryAfter
    }

    /// A moment of RFC 3339.
    private static func date(_ text: String) -> Date? {
        (try? Date.ISO8601FormatStyle().parse(text))
            ?? (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
    }
}
