// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
package import ZoneStore

/// The hashes of ZSP/1 with SHA-256. `Docs/protocol.md` defines them octet by octet.
package enum ZoneDigest {
    /// SHA-256 as the digest that a ``ZoneStore`` is given.
    package static let sha256: RRsetDigest = { input in
        unsafe SHA256.hash(data: input).withUnsafeBytes { unsafe Hash256($0) }
    }

    /// The digest of one RRset.
    package static func rrset(_ rrset: RRset) -> Hash256 {
        zone([rrset])
    }

    /// The zone hash: the sum of the digests of its RRsets.
    package static func zone(_ rrsets: [RRset]) -> Hash256 {
        ZoneContents.hash(of: rrsets, digest: sha256)
    }

    /// What a zone adds to the set hash.
    package static func setMember(_ zone: ZoneSummary) -> Hash256 {
        zone.setMember(digest: sha256)
    }
}
