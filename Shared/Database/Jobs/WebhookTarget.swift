// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a webhook's events go, as the worker sees it.
package struct WebhookTarget: Sendable, Equatable {
    package let id: Int64
    package let url: String
    /// One `whsec_` secret, or several separated by blanks during a rotation.
    package let secret: String
    package let isSuppressed: Bool
}
