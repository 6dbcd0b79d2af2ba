// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// An account that a user works in, and what the user may do there.
package struct Membership: Hashable, Sendable {
    package var account: Account
    package var access: TokenAccess

    package init(account: Account, access: TokenAccess) {
        self.account = account
        self.access = access
    }
}
