// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whom a flag is asked for.
package struct FlagSubject: Sendable, Hashable {
    /// Who acts: a member of the account, or a token.
    package enum Actor: Sendable, Hashable {
        case user(Int64)
        case token(Int64)

        /// `user:12` or `token:5`; nil for any other text.
        package init?(_ text: String) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = Int64(parts[1]), id > 0, String(id) == parts[1] else { return nil }
            switch parts[0] {
            case "user": self = .user(id)
            case "token": self = .token(id)
            default: return nil
            }
        }

        /// As ``init(_:)`` reads it.
        package var text: String {
            switch self {
            case .user(let id): "user:\(id)"
            case .token(let id): "token:\(id)"
            }
        }
    }

    package var account: Int64?
    package var actors: [Actor]

    package init(account: Int64? = nil, actors: [Actor] = []) {
        self.account = account
        self.actors = actors
    }

    /// The installation as a whole.
    package static let everybody = FlagSubject()
}
