// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A consumer as it introduced itself.
package struct OriginNode: Sendable, Hashable {
    /// Unique among the consumers; 1–63 of letters, digits, `-`, `_` and `.`.
    package var name: String
    /// `responder` or `relay`.
    package var role: String
    /// Program and version, for people; empty when not told.
    package var software: String
    /// The relay that it is connected to; empty for one that is connected to the origin itself.
    package var via = ""
    /// The place it stands at, a name like `name`; empty when not told.
    package var site: String
    /// The region that the site lies in, a name like `name`: records limited to regions reach it when this is one of
    /// theirs. Empty: only records without such a limit do.
    package var region: String
    /// Where it answers DNS, `host:port`; a wildcard host stands for the address that it connects from. Empty when not
    /// told.
    package var address: String

    /// A consumer of these values; `name`, `site` and `region` must be valid or, the latter two, empty.
    package init(
        name: String,
        role: String,
        software: String,
        site: String = "",
        region: String = "",
        address: String = ""
    ) {
        self.name = name
        self.role = role
        self.software = software
        self.site = site
        self.region = region
        self.address = address
    }
}

/// What a consumer did.
package enum OriginNodeEvent: Sendable, Equatable {
    /// It follows the stream of this epoch from this position (0: it takes a snapshot).
    case connected(epoch: String, position: UInt64)
    /// Everything up to the position is durable at the consumer.
    case acknowledged(epoch: String, position: UInt64)
    /// The consumer keeps serving an older version of the zone; `reason` is one line for the operator.
    case refused(position: UInt64, zone: String, code: Int, reason: String)
    /// The connection ended; the same node may be connected again already.
    case disconnected
}
