// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ZoneStore
import ZoneSync

/// What a region's set of zones differs by from that of everywhere: only zones that differ take memory, about 64 octets
/// each.
struct RegionalZones {
    /// The set members of the zones that differ.
    private var members: [ZoneKey: Hash256] = [:]
    /// What the sums differ by.
    private(set) var difference = ManifestBuckets()

    /// The region has the zone like this, and everywhere it is like `base`.
    mutating func set(_ member: Hash256, base: Hash256, of key: ZoneKey) {
        drop(key, base: base)
        guard member != base else { return }
        members[key] = member
        difference.replace(base, by: member, in: key.bucket)
    }

    /// The region has the zone as it was everywhere until now.
    mutating func drop(_ key: ZoneKey, base: Hash256) {
        guard let member = members.removeValue(forKey: key) else { return }
        difference.replace(member, by: base, in: key.bucket)
    }
}
