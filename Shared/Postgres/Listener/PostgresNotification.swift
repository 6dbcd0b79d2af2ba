// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What arrived on a channel of `LISTEN`.
package struct PostgresNotification: Sendable, Hashable {
    /// The channel.
    package let channel: String
    /// The payload; empty where none was given.
    package let payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}
