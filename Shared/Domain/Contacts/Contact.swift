// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A person or organisation that an account may name as the registrant of its domains.
package struct Contact: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    package var fields: ContactFields
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: Int64, accountID: Int64, fields: ContactFields, createdAt: Timestamp, updatedAt: Timestamp) {
        self.id = id
        self.accountID = accountID
        self.fields = fields
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// What contacts can be sorted by.
package enum ContactSortField: String, SortField {
    case id, label, email
}

extension Contact: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            for field in ContactField.allCases {
                json.member(field.rawValue, fields[field])
            }
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
