// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// The digest that zone hashes are sums of.
///
/// Injected, so that the store needs no cryptography of its own: SHA-256 outside of tests.
package typealias RRsetDigest = @Sendable (_ input: [UInt8]) -> Hash256

extension ZoneContents {
    /// The sum of the digests of RRsets: what `hash` must be for the store to take the zone.
    package static func hash(of rrsets: [RRset], digest: RRsetDigest) -> Hash256 {
        var input: [UInt8] = []
        var sum = Hash256.zero
        for rrset in rrsets {
            input.removeAll(keepingCapacity: true)
            rrset.appendDigestInput(to: &input)
            sum = sum &+ digest(input)
        }
        return sum
    }
}

extension ZoneSummary {
    /// What the zone adds to the hash of a set of zones: the digest of name, generation, version and zone hash.
    package func setMember(digest: RRsetDigest) -> Hash256 {
        var input = name.lowercased().wire
        input.appendBigEndian(generation)
        input.appendBigEndian(version)
        input.append(contentsOf: hash.bytes)
        return digest(input)
    }
}
