// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Tells the TTL that a name's owner gave it from what resolvers say, which is what is left of it.
///
/// What is left is never more than the whole, so that a greater TTL is believed at once. A lower one is believed when it
/// has been lower for a while, and then the greatest of those: otherwise each attempt would change what is published.
struct SteadyTTL: Sendable, Hashable {
    /// What is published, in seconds; 0 for nothing yet.
    private(set) var published: Int32
    /// The greatest of the lower ones since the last that was not, and how many there were.
    private(set) var lower: Int32
    private(set) var lowerCount: Int32

    init(published: Int32, lower: Int32, lowerCount: Int32) {
        self.published = published
        self.lower = lower
        self.lowerCount = lowerCount
    }

    /// Takes the TTL of one more answer into account.
    mutating func see(_ ttl: Int32) {
        guard ttl < published else {
            (published, lower, lowerCount) = (ttl, 0, 0)
            return
        }
        lower = max(lower, ttl)
        lowerCount += 1
        guard lowerCount >= AliasRules.patience else { return }
        (published, lower, lowerCount) = (lower, 0, 0)
    }
}
