// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A set of records that an account applies to its domains.
package struct Template: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    package var name: String
    /// Short name, unique in the account.
    package var sid: String
    package var description: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        sid: String,
        description: String,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.sid = sid
        self.description = description
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension Template: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("name", name)
            json.member("sid", sid)
            json.member("description", description)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

/// What templates can be sorted by.
package enum TemplateSortField: String, SortField {
    case id, name, sid
}
