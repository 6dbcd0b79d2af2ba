// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// A responder that can be asked.
package struct ProbeTarget: Sendable, Hashable {
    /// The node's name.
    package let node: String
    /// Where it answers DNS, as it said: `192.0.2.1:53` or `[2001:db8::1]:53`.
    package let address: String
    /// The region whose records it serves; nil for those of everywhere.
    package let region: String?
    /// Everything up to this position of the present epoch is durable there.
    package let acknowledged: Int64

    package init(node: String, address: String, region: String?, acknowledged: Int64) {
        self.node = node
        self.address = address
        self.region = region
        self.acknowledged = acknowledged
    }

    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            node: try row.decode("name"),
            address: try row.decode("address"),
            region: try row.decode("region"),
            acknowledged: try row.decode("acked")
        )
    }
}
