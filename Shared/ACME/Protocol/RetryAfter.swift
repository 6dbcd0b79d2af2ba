// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The header Retry-After (RFC 9110 section 10.2.3).
enum RetryAfter {
    /// No server makes us wait longer.
    static let longest = Duration.seconds(7 * 86_400)

    /// How long to wait; nil when the header says nothing that can be read.
    ///
    /// - Parameters:
    ///   - date: The answer's own Date, if it has one: what a date in `text` is compared with, since our clock and the
    ///     server's need not agree.
    ///   - now: Our clock, for answers without.
    static func duration(_ text: String?, date: String?, now: Date) -> Duration? {
        guard let text = text?.trimmingCharacters(in: .whitespaces), !text.isEmpty else { return nil }
        if text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            return Int64(text).map { min(.seconds($0), longest) } ?? longest
        }
        guard let moment = parse(text) else { return nil }
        let start = date.flatMap(parse) ?? now
        let seconds = moment.timeIntervalSince(start)
        return seconds <= 0 ? .zero : min(.seconds(min(seconds, 1e9)), longest)
    }

    /// A date as HTTP writes it (RFC 9110 section 5.6.7).
    private static func parse(_ text: String) -> Date? {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.date(from: text)
    }
}
