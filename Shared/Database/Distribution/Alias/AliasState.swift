// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How the target of ALIAS records stands, as operators see it.
package enum AliasState: String, Sendable, Hashable, CaseIterable {
    /// Not asked for yet.
    case pending
    /// The last answer had addresses.
    case resolved
    /// The last attempt brought no answer; the last good one stays published.
    case failing
    /// The last answer was that there are no addresses.
    case empty
    /// Our own ALIAS records lead from the target back to it.
    case loop
}
