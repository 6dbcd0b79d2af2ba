// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a webhook's events go, as the worker sees it.
package struct WebhookTarget: Sendable, Equatable {
    /// The webhook.
    package let id: Int64
    /// Where events are posted; as the customer gave it, not checked.
    package let url: String
    /// One `whsec_` secret, or several separated by blanks during a rotation.
    package let secret: String
    /// Whether it failed too often and gets nothing more.
    package let isSuppressed: Bool
}
