// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The offer of a domain, with its zone, to another account.
package struct DomainPush: Hashable, Sendable {
    package var id: Int64
    package var domainID: Int64
    /// The receiving account's contact that became the registrant; nil until the push is accepted, or without one.
    package var contactID: Int64?
    /// The account that the domain is offered to.
    package var accountID: Int64
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var acceptedAt: Timestamp?

    package init(
        id: Int64,
        domainID: Int64,
        contactID: Int64?,
        accountID: Int64,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        acceptedAt: Timestamp?
    ) {
        self.id = id
        self.domainID = domainID
        self.contactID = contactID
        self.accountID = accountID
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.acceptedAt = acceptedAt
    }
}

extension DomainPush: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("domain_id", domainID)
            json.member("contact_id", contactID)
            json.member("account_id", accountID)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
            json.member("accepted_at", acceptedAt)
        }
    }
}
