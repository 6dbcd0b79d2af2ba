// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Mail for an alias at a domain goes on to another address.
package struct EmailForward: Hashable, Sendable {
    package var id: Int64
    package var domainID: Int64
    /// The alias with the domain: `name@example.com`; before the `@` may stand a pattern such as `.*`.
    package var aliasEmail: String
    package var destinationEmail: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        domainID: Int64,
        aliasEmail: String,
        destinationEmail: String,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.domainID = domainID
        self.aliasEmail = aliasEmail
        self.destinationEmail = destinationEmail
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What e-mail forwards can be sorted by.
package enum EmailForwardSortField: String, SortField {
    case id
    case aliasEmail = "alias_email"
    case destinationEmail = "destination_email"
}

extension EmailForward: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("domain_id", domainID)
            json.member("alias_email", aliasEmail)
            json.member("destination_email", destinationEmail)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("active", true)
        }
    }
}
