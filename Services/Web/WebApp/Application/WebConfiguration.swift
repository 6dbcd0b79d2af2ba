// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Runtime

/// What an operator sets about the web tier, checked.
package struct WebConfiguration: Sendable {
    /// Where the API listens.
    package var listen: HostPort
    /// Requests an hour, by account and by address.
    package var limits: RateLimiter.Limits
    /// Whose X-Forwarded-For is believed.
    package var proxies: TrustedProxies
    /// Bounds and defaults for customers' zones.
    package var policy: ZonePolicy
    /// A connection that is silent for so long between or within requests is closed.
    package var idleTimeout: Duration
    /// Connections at once; beyond that new ones wait in the kernel's queue.
    package var maximumConnections: Int

    package init(
        listen: HostPort,
        limits: RateLimiter.Limits = .init(),
        proxies: TrustedProxies = .none,
        policy: ZonePolicy = .example,
        idleTimeout: Duration = .seconds(60),
        maximumConnections: Int = 10_000
    ) {
        self.listen = listen
        self.limits = limits
        self.proxies = proxies
        self.policy = policy
        self.idleTimeout = idleTimeout
        self.maximumConnections = maximumConnections
    }
}
