// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// How a zone stands with its parent.
package enum DelegationState: String, Sendable, Hashable, CaseIterable {
    /// Nobody has looked yet.
    case pending
    /// The parent names name servers of the zone, and no others.
    case delegated
    /// The parent names some of the zone's name servers and some others.
    case partial
    /// The parent names only others.
    case elsewhere
    /// The parent knows the name and has no delegation there.
    case undelegated
    /// The parent says that there is no such name.
    case unregistered
    /// No server of the parent could be asked.
    case unknown
}

/// What the parent of a zone says about it, and what the servers that it names answer.
package struct DelegationCheck: Sendable, Hashable {
    package var state: DelegationState
    /// The name servers that the parent names: absolute, lower case, in canonical order (RFC 4034 section 6.1).
    package var parent: [String]
    /// The name servers that the zone itself names: absolute, lower case, in canonical order (RFC 4034 section 6.1).
    package var expected: [String]
    /// Those of the parent's that do not answer for the zone with authority (RFC 8499 section 7: lame).
    package var lame: [String]
    /// The parent has DS records while the zone has no keys: validating resolvers find nothing in it (RFC 4035 section 5.2).
    package var hasDSWithoutKey: Bool
    /// Why the state is `unknown`.
    package var reason: String?
    /// When this was found; nil when nobody has looked yet.
    package var checkedAt: Timestamp?
    /// Since when it is so.
    package var changedAt: Timestamp?

    package init(
        _ state: DelegationState,
        parent: [String] = [],
        expected: [String] = [],
        lame: [String] = [],
        hasDSWithoutKey: Bool = false,
        reason: String? = nil
    ) {
        self.state = state
        self.parent = parent
        self.expected = expected
        self.lame = lame
        self.hasDSWithoutKey = hasDSWithoutKey
        self.reason = reason.map { String($0.prefix(300)) }
    }

    init(row: PostgresRow) throws {
        let text: String = try row.decode("state")
        guard let state = DelegationState(rawValue: text) else {
            throw PostgresError(.decoding, message: "there is no state \(text)")
        }
        self.init(
            state,
            parent: try row.decode("parent"),
            expected: try row.decode("expected"),
            lame: try row.decode("lame"),
            hasDSWithoutKey: try row.decode("ds_without_key"),
            reason: try row.decode("reason")
        )
        checkedAt = try row.optionalTimestamp("checked_at")
        changedAt = try row.optionalTimestamp("changed_at")
    }
}

extension DelegationCheck: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("state", state.rawValue)
            json.member("parent_name_servers", parent)
            json.member("zone_name_servers", expected)
            json.member("lame_name_servers", lame)
            json.member("ds_without_key", hasDSWithoutKey)
            json.member("reason", reason)
            json.member("checked_at", checkedAt)
            json.member("changed_at", changedAt)
        }
    }
}
