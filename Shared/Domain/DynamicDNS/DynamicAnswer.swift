// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a dyndns2 client is told, in the protocol's own words.
package enum DynamicAnswer: String, Hashable, Sendable {
    /// The host has the address from now on.
    case good
    /// It had it already; nothing was written.
    case unchanged = "nochg"
    /// There is no such zone in the accounts of the token, or it may not change the host.
    case noHost = "nohost"
    /// That is no full host name.
    case notFullName = "notfqdn"
    /// More hosts than one request may name.
    case tooManyHosts = "numhost"
    /// The zone's rules do not let the host have such a record.
    case refused = "dnserr"
    /// No valid token.
    case notAuthenticated = "badauth"
    /// Too many requests.
    case abuse
    /// The platform cannot do it for the moment.
    case unavailable = "911"

    /// Hosts that one request may name.
    package static let maximumHosts = 20

    /// The line about one host.
    package func line(_ addresses: DynamicAddresses) -> String {
        switch self {
        case .good, .unchanged: "\(rawValue) \(addresses.text)"
        default: rawValue
        }
    }
}
