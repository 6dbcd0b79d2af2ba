// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// Which consumers count when it is asked whether every responder has a change.
enum ExpectedNode {
    /// A condition on `distribution.node` as `n`: a responder that is connected, to an origin or a relay, or was a moment
    /// ago, so that one that restarts is waited for. Relays answer nobody, and are not waited for themselves. The origin
    /// writes a connected one down every ten seconds: an older row was left behind by an origin that died.
    static var condition: PostgresQuery {
        """
        n.role = 'responder'
        AND n.seen_at > now() - CASE WHEN n.connected THEN interval '60 seconds' ELSE interval '15 seconds' END
        """
    }
}
