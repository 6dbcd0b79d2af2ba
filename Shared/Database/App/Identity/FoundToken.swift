// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity

/// A live token as authentication sees it.
package struct FoundToken: Hashable, Sendable {
    package var caller: Caller
    /// From when on it is none.
    package var expiresAt: Timestamp?

    package init(caller: Caller, expiresAt: Timestamp?) {
        self.caller = caller
        self.expiresAt = expiresAt
    }
}
