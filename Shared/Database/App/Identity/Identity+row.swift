// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Identity
import Postgres

extension TokenGrant {
    /// The limits in the columns `access`, `scopes`, `record_policy` and `networks`.
    ///
    /// What cannot be read makes the token unusable instead of unlimited.
    init(row: PostgresRow) throws {
        self.init(
            access: try row.choice("access"),
            scopes: try row.elements("scopes") { TokenScope($0) },
            recordPolicy: try row.elements("record_policy") { RecordPolicy.Rule($0) }.map(RecordPolicy.init(rules:)),
            networks: try row.elements("networks") { IPNetwork($0) }
        )
    }
}

extension PostgresRow {
    /// The elements of a text array that may be NULL.
    fileprivate func elements<Element>(_ name: String, _ parse: (String) -> Element?) throws -> [Element]? {
        let texts: [String]? = try decode(name)
        return try texts?.map { text in
            guard let element = parse(text) else {
                throw PostgresError(.decoding, message: "column \(name) does not hold what it should")
            }
            return element
        }
    }
}

extension APIToken {
    static var columns: PostgresQuery {
        """
        id, account_id, person_id, oauth_application_id, name, access, scopes, record_policy, networks, created_at,
        expires_at, revoked_at, last_used_at
        """
    }

    init(row: PostgresRow) throws {
        let account: Int64? = try row.decode("account_id")
        self.init(
            id: try row.decode("id"),
            owner: try account.map(TokenOwner.account) ?? .user(try row.decode("person_id")),
            applicationID: try row.decode("oauth_application_id"),
            name: try row.decode("name"),
            grant: try TokenGrant(row: row),
            createdAt: try row.timestamp("created_at"),
            expiresAt: try row.optionalTimestamp("expires_at"),
            revokedAt: try row.optionalTimestamp("revoked_at"),
            lastUsedAt: try row.optionalTimestamp("last_used_at")
        )
    }
}

extension User {
    static var columns: PostgresQuery {
        "id, email, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            email: try row.decode("email"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
