// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database

/// Where the web processes of an installation take their leases of an account's window from.
package protocol RateLedger: Sendable {
    /// Takes up to `wanted` requests out of the window of `subject` that `now` (Unix seconds) falls into; the first one to
    /// ask starts it, `length` seconds long.
    func lease(of subject: String, wanted: Int, limit: Int, length: Int64, now: Int64) async throws -> RateLease
}

extension RateWindowStore: RateLedger {}
