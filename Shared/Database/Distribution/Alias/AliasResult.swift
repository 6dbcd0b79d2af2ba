// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What came of an attempt at a target.
package struct AliasResult: Sendable, Hashable {
    /// The zone of our own that the addresses were read from, and its publication.
    package struct Home: Sendable, Hashable {
        package var zone: Int64
        package var version: Int64

        package init(zone: Int64, version: Int64) {
            self.zone = zone
            self.version = version
        }
    }

    package var name: String
    /// The claim under which it was resolved.
    package var claim: Int64
    package var state: AliasState
    /// What an operator has to know about a state other than `resolved`.
    package var reason: String?
    /// What is to be published from now on.
    package var addresses: AliasAddresses
    /// Whether that differs from what is published.
    package var isChange: Bool
    /// Failed attempts since the last answer.
    package var failures: Int32 = 0
    /// Whether the target was said to have no addresses.
    package var isEmpty = false
    package var lowerTTL: Int32 = 0
    package var lowerCount: Int32 = 0
    /// Seconds until the next attempt.
    package var wait: Double
    package var home: Home?

    package init(
        name: String,
        claim: Int64,
        state: AliasState,
        reason: String? = nil,
        addresses: AliasAddresses,
        isChange: Bool,
        wait: Double
    ) {
        self.name = name
        self.claim = claim
        self.state = state
        self.reason = reason
        self.addresses = addresses
        self.isChange = isChange
        self.wait = wait
    }
}
