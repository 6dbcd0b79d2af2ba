// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// Whose credentials a request carries, before it is known which account it is about.
package struct Caller: Hashable, Sendable {
    /// An account through its own token, or a user with the accounts of all memberships.
    package enum Subject: Hashable, Sendable {
        case account(Account)
        case user(User, [Membership])
    }

    package var subject: Subject
    /// The token; nil where the caller came with a password or a session.
    package var tokenID: Int64?
    package var grant: TokenGrant

    package init(subject: Subject, tokenID: Int64?, grant: TokenGrant) {
        self.subject = subject
        self.tokenID = tokenID
        self.grant = grant
    }

    /// The user, where the caller is one.
    package var user: User? {
        switch subject {
        case .account: nil
        case .user(let user, _): user
        }
    }

    /// The accounts that the caller can act for, by id.
    package var accounts: [Account] {
        switch subject {
        case .account(let account): [account]
        case .user(_, let memberships): memberships.map(\.account)
        }
    }

    /// The caller acting for the account with `id`; nil when it has nothing to do with that one.
    package func principal(account id: Int64) -> Principal? {
        switch subject {
        case .account(let account):
            return account.id == id ? Principal(account: account, user: nil, tokenID: tokenID, grant: grant) : nil
        case .user(let user, let memberships):
            guard let membership = memberships.first(where: { $0.account.id == id }) else {
                return nil
            }
            var grant = grant
            if membership.access == .read {
                grant.access = .read
            }
            return Principal(account: membership.account, user: user, tokenID: tokenID, grant: grant)
        }
    }

    /// The principal of an account's own token; nil for a user, who has first to name an account.
    package var soleAccount: Principal? {
        switch subject {
        case .account(let account): principal(account: account.id)
        case .user: nil
        }
    }
}
