// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that this installation does not offer, or not for the domain in question. Clients get status 412, which is
/// what they know of features that an account does not have.
package struct FeatureUnavailable: Error, Hashable, Sendable {
    /// A sentence for the customer.
    package let message: String

    package init(_ message: String) {
        self.message = message
    }
}
