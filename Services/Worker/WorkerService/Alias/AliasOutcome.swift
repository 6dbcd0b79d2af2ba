// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an attempt found out about the addresses of one family.
enum AliasOutcome: Sendable, Hashable {
    /// Addresses in presentation form, at least one, and their TTL in seconds.
    case addresses([String], ttl: UInt32)
    /// There are none; why, and how long that may be believed, in seconds.
    case none(String, ttl: UInt32)
    /// Nothing was found out.
    case failure(String)
}
