// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// Who a request acts for: an account, through one of its tokens or one of its members.
package struct Principal: Hashable, Sendable {
    package var account: Account
    /// The member who acts; nil where the account's own token does.
    package var user: User?
    /// The token; nil where the request came with a password or a session.
    package var tokenID: Int64?
    package var grant: TokenGrant

    package init(account: Account, user: User? = nil, tokenID: Int64?, grant: TokenGrant) {
        self.account = account
        self.user = user
        self.tokenID = tokenID
        self.grant = grant
    }

    /// May change things, as far as its scopes go.
    package var canWrite: Bool {
        grant.access == .full
    }

    /// Whether `operation` may be done to `name` of `resource`; a nil name stands for all of them. Names are lower case
    /// without the final dot.
    package func allows(_ resource: String, _ name: String?, _ operation: TokenScope.Operation) -> Bool {
        grant.allows(resource, name, operation)
    }

    /// The names of `resource` that lists may show; nil for all of them.
    package func readableNames(_ resource: String) -> [String]? {
        grant.readableNames(resource)
    }

    /// The change context of a request of this principal.
    package func context(remoteAddress: String?, requestID: RequestIdentifier) -> ChangeContext {
        ChangeContext(
            actor: user.map { .user(id: $0.id, email: $0.email) } ?? .account(id: account.id, email: account.email),
            tokenID: tokenID,
            remoteAddress: remoteAddress,
            requestID: requestID,
            recordPolicy: grant.recordPolicy
        )
    }
}
