// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// Who a request acts for: an account through one of its tokens.
package struct Principal: Hashable, Sendable {
    package var account: Account
    package var tokenID: Int64
    package var access: TokenAccess

    package init(account: Account, tokenID: Int64, access: TokenAccess) {
        self.account = account
        self.tokenID = tokenID
        self.access = access
    }

    /// May change things.
    package var canWrite: Bool {
        access == .full
    }

    /// The change context of a request of this principal.
    package func context(remoteAddress: String?, requestID: RequestIdentifier) -> ChangeContext {
        ChangeContext(
            actor: .account(id: account.id, email: account.email),
            tokenID: tokenID,
            remoteAddress: remoteAddress,
            requestID: requestID
        )
    }
}
