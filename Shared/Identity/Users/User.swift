// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// A person who can log in.
package struct User: Hashable, Sendable {
    package var id: Int64
    package var email: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: Int64, email: String, createdAt: Timestamp, updatedAt: Timestamp) {
        self.id = id
        self.email = email
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

extension User: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("email", email)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
