// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// Errors of one kind, as the operator sees them.
package struct ErrorGroup: Sendable, Hashable {
    /// What the operator has said of a group.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Nothing yet, or it came back after it was resolved.
        case open
        case resolved
        /// It is counted and no more.
        case ignored
    }

    package let id: Int64
    package let service: String
    package let title: String
    package let reason: String
    package let location: String
    package let state: State
    package let count: Int64
    package let firstRelease: String
    package let lastRelease: String
    package let firstSeen: Timestamp
    package let lastSeen: Timestamp
    /// Times that it came back after it was resolved.
    package let regressions: Int32

    static let columns: PostgresQuery = """
        id, service, title, reason, location, state, count, first_release, last_release, first_seen, last_seen, regressions
        """

    init(row: PostgresRow) throws {
        id = try row.decode("id")
        service = try row.decode("service")
        title = try row.decode("title")
        reason = try row.decode("reason")
        location = try row.decode("location")
        state = try row.choice("state")
        count = try row.decode("count")
        firstRelease = try row.decode("first_release")
        lastRelease = try row.decode("last_release")
        firstSeen = try row.timestamp("first_seen")
        lastSeen = try row.timestamp("last_seen")
        regressions = try row.decode("regressions")
    }
}

/// One of the latest errors of a group.
package struct ErrorOccurrence: Sendable, Hashable {
    package let at: Timestamp
    package let release: String
    package let location: String
    package let requestID: String?
    package let account: Int64?
    /// A JSON object of texts.
    package let tags: String

    init(row: PostgresRow) throws {
        at = try row.timestamp("at")
        release = try row.decode("release")
        location = try row.decode("location")
        requestID = try row.decode("request_id")
        account = try row.decode("account_id")
        tags = try row.decode("tags")
    }
}
