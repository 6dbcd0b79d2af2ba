// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a ``FaultProxy`` does to the octets that pass through it.
package struct FaultRules: Sendable, Equatable {
    /// One direction of a connection.
    package enum Direction: String, Sendable, CaseIterable {
        /// From whoever connected to the server behind the proxy.
        case toServer = "in"
        /// Back.
        case toClient = "out"
    }

    /// The rules of one direction.
    package struct Way: Sendable, Equatable {
        /// How long octets are kept.
        package var delay = Duration.zero
        /// By how much at most each delay differs from `delay`. Octets never overtake one another.
        package var jitter = Duration.zero
        /// How many octets a second pass at most; nil for any number.
        package var octetsPerSecond: Int?
        /// Nothing passes, and nobody is told. What comes meanwhile is kept and passes afterwards, as what TCP sends again
        /// after a partition does; a connection that is begun meanwhile hears nothing.
        package var isBlackholed = false
        /// How likely a bit of an octet is flipped.
        package var corruption = 0.0
        /// After how many octets of a connection both sides of it are closed; nil for never.
        package var truncation: Int?
        /// How likely a unit (see ``FaultUnit``) comes twice.
        package var duplication = 0.0
        /// How likely a unit comes after the one that follows it.
        package var reordering = 0.0
        /// How likely a unit is left out.
        package var loss = 0.0

        package init() {}
    }

    package var toServer = Way()
    package var toClient = Way()
    /// New connections are reset at once.
    package var refusesConnections = false

    package init() {}

    /// The rules of one direction.
    package subscript(direction: Direction) -> Way {
        get { direction == .toServer ? toServer : toClient }
        set {
            switch direction {
            case .toServer: toServer = newValue
            case .toClient: toClient = newValue
            }
        }
    }

    /// The same change in both directions.
    package mutating func both(_ change: (inout Way) -> Void) {
        change(&toServer)
        change(&toClient)
    }
}
