// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A domain of an account, as `GET /domains` shows it. Its zone has the same name.
package struct HostedDomain: Hashable, Sendable {
    /// Where the domain stands with a registry.
    package enum State: String, Sendable {
        case hosted, registered, expired
    }

    package var id: Int64
    package var accountID: Int64
    /// The contact that the domain is registered for; nil where none was named.
    package var registrantID: Int64?
    /// Lower-case A-label form without the final dot.
    package var name: String
    /// The name with its A-labels decoded.
    package var unicodeName: String
    package var state: State
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        accountID: Int64,
        registrantID: Int64? = nil,
        name: String,
        unicodeName: String,
        state: State,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.registrantID = registrantID
        self.name = name
        self.unicodeName = unicodeName
        self.state = state
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
