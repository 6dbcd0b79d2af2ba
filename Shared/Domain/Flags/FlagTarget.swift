// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whom one rule of a flag is for.
package enum FlagTarget: Sendable, Hashable {
    /// All; the rule has a share in percent.
    case everybody
    case account(Int64)
    case actor(FlagSubject.Actor)

    /// `*`, `account:7`, `user:12` or `token:5`; nil for any other text.
    package init?(_ text: String) {
        if text == "*" {
            self = .everybody
        } else if let actor = FlagSubject.Actor(text) {
            self = .actor(actor)
        } else if text.hasPrefix("account:"), let id = Int64(text.dropFirst(8)), id > 0, text == "account:\(id)" {
            self = .account(id)
        } else {
            return nil
        }
    }

    /// As ``init(_:)`` reads it.
    package var text: String {
        switch self {
        case .everybody: "*"
        case .account(let id): "account:\(id)"
        case .actor(let actor): actor.text
        }
    }
}
