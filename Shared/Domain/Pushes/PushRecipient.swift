// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How a client names the account that it offers a domain to.
package enum PushRecipient: Hashable, Sendable {
    /// The identifier that the account's owner gives away for this.
    case identifier(RequestIdentifier)
    /// The account's e-mail address.
    case email(String)

    /// The recipient that a request names; the identifier counts where both are given.
    ///
    /// - Throws: `ValidationErrors` for `new_account_identifier`.
    package init(identifier: String?, email: String?) throws(ValidationErrors) {
        if let identifier, !identifier.isEmpty {
            guard let identifier = RequestIdentifier(identifier) else {
                throw ValidationErrors("new_account_identifier", "is not an account's identifier")
            }
            self = .identifier(identifier)
        } else if let email, !email.isEmpty {
            self = .email(email)
        } else {
            throw ValidationErrors("new_account_identifier", "can't be blank")
        }
    }

    /// The field of the request that it comes from.
    package var field: String {
        switch self {
        case .identifier: "new_account_identifier"
        case .email: "new_account_email"
        }
    }
}
