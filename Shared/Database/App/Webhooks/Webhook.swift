// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// A webhook of an account, as its owner sees it.
package struct Webhook: Sendable, Hashable {
    package let id: Int64
    package let url: String
    /// What deliveries are signed with: `whsec_` and base64 (Standard Webhooks); two of them, the newer one first and a
    /// blank between, while it is being replaced.
    package let secret: String
    /// Since when deliveries are stopped after too many failures in a row; nil while they go on.
    package let suppressedAt: Timestamp?

    /// Whether deliveries are stopped.
    package var isSuppressed: Bool { suppressedAt != nil }

    static var columns: PostgresQuery {
        "id, url, secret, suppressed_at"
    }

    init(row: PostgresRow) throws {
        id = try row.decode("id")
        url = try row.decode("url")
        secret = try row.decode("secret")
        suppressedAt = try row.optionalTimestamp("suppressed_at")
    }
}

extension Webhook: OwnedRow {
    static var table: PostgresQuery { "app.webhook" }
    static var ownerColumn: PostgresQuery { "account_id" }
    static var notFoundKind: NotFound.Kind { .webhook }
}

/// Without the secret, which is shown when it is made and never again.
extension Webhook: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("url", url)
            json.member("suppressed_at", suppressedAt)
        }
    }
}
