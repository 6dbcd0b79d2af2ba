// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The state in which something must be for a change to happen: the value of `If-Match` (RFC 9110 section 13.1.1).
package struct Precondition: Hashable, Sendable {
    /// The tags without their quotes; nil for `*`, any state.
    private let tags: Set<String>?

    /// The condition that a field's value states. Weak tags never match, as the comparison is the strong one.
    package init(ifMatch value: String) {
        let items = Self.items(value)
        tags = items.contains("*") ? nil : Set(items.filter { !$0.hasPrefix("W/") }.map(Self.withoutQuotes))
    }

    /// Whether the value of an `If-None-Match` field names `tag` (RFC 9110 section 13.1.2), where weak tags do.
    package static func isNamed(_ tag: EntityTag, inIfNoneMatch value: String) -> Bool {
        items(value).contains { item in
            item == "*" || withoutQuotes(item.hasPrefix("W/") ? String(item.dropFirst(2)) : item) == tag.text
        }
    }

    /// Refuses a change of a zone that has changed since the client saw it.
    ///
    /// - Throws: `PreconditionFailed`.
    package func check(_ zone: Zone) throws(PreconditionFailed) {
        guard holds(for: zone) else {
            throw PreconditionFailed("The zone has changed since the state that If-Match names")
        }
    }

    /// Refuses a change of a record that has changed since the client saw it, unless the whole zone has not.
    ///
    /// - Throws: `PreconditionFailed`.
    package func check(_ record: ZoneRecord, of zone: Zone) throws(PreconditionFailed) {
        guard holds(for: zone) || tags?.contains(EntityTag(record).text) == true else {
            throw PreconditionFailed("The record has changed since the state that If-Match names")
        }
    }

    /// Refuses a change of what has another tag than the client has seen.
    ///
    /// - Parameter what: `note`, for example.
    /// - Throws: `PreconditionFailed`.
    package func check(_ tag: EntityTag, of what: String) throws(PreconditionFailed) {
        guard tags?.contains(tag.text) != false else {
            throw PreconditionFailed("The \(what) has changed since the state that If-Match names")
        }
    }

    private func holds(for zone: Zone) -> Bool {
        guard let tags else {
            return true
        }
        let prefix = EntityTag.prefix(of: zone)
        return tags.contains { $0.hasPrefix(prefix) }
    }

    /// The members of the list. Our tags have no commas, so that a foreign one may fall to pieces: it does not match.
    private static func items(_ value: String) -> [String] {
        value.split(separator: ",").map { item in
            String(item.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }

    private static func withoutQuotes(_ item: String) -> String {
        item.count >= 2 && item.hasPrefix("\"") && item.hasSuffix("\"") ? String(item.dropFirst().dropLast()) : item
    }
}

/// A change was refused because its `If-Match` does not hold.
package struct PreconditionFailed: Error, Hashable, Sendable {
    /// A sentence without its full stop.
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}
