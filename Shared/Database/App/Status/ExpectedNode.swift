// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// Which consumers count when it is asked whether every responder has a change.
enum ExpectedNode {
    /// A condition on `distribution.node` as `n`: a consumer that is connected, or was a moment ago, so that a responder
    /// that restarts is waited for. The origin writes a connected one down every ten seconds: an older row was left
    /// behind by an origin that died.
    static var condition: PostgresQuery {
        "n.seen_at > now() - CASE WHEN n.connected THEN interval '60 seconds' ELSE interval '15 seconds' END"
    }
}
