// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which options of a query are answered, and the room that is kept for them.
struct OptionPlan {
    /// The options of the query that the response has, too.
    var kinds = QueryOptions.Kinds()
    /// What the query's cookies are worth.
    var cookie = ServerCookie.Verdict.absent
    /// Octets that the options need; padding takes what is left of its block besides.
    var room = 0
}
