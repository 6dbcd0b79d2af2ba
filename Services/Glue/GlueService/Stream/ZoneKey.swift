// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneSync

/// The first 16 octets of the SHA-256 of a zone's apex: names themselves would take as much again.
struct ZoneKey: Hashable {
    private let high: UInt64
    private let low: UInt64

    init(_ apex: Name) {
        let digest = ManifestBuckets.digest(of: apex)
        high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        low = digest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The zone's bucket.
    var bucket: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }
}
