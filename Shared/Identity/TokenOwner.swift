// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whose a token is.
package enum TokenOwner: Hashable, Sendable {
    /// An account, by its id.
    case account(Int64)
    /// A user, by the id.
    case user(Int64)

    /// The account's id, where it is one.
    package var accountID: Int64? {
        switch self {
        case .account(let id): id
        case .user: nil
        }
    }

    /// The user's id, where it is one.
    package var userID: Int64? {
        switch self {
        case .account: nil
        case .user(let id): id
        }
    }
}
