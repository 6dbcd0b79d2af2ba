// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneStore
import ZoneSync

@Suite
struct ZoneDigestTests {
    /// Computed with another program from the definitions of `Docs/protocol.md`, where they stand as an example.
    @Test("The hashes are those of the documented example")
    func example() throws {
        let zone = ZoneFixture("a.")
        let rrsets = try zone.rrsets
        #expect(
            rrsets.map { ZoneDigest.rrset($0).description } == [
                "9ab06857126dd4e45ca11bea5ff7f431fff376c09614bfd3425717f4a2032733",
                "c9508378e44fcb7238a327b995b6fdf43ecbe64bc60602706712db6e94de5742",
            ]
        )
        #expect(
            ZoneDigest.zone(rrsets).description == "6400ebcff6bda056954443a3f5aef2263ebf5d0c5c1ac243a969f36336e17e75"
        )
        #expect(
            try ZoneDigest.setMember(zone.summary).description
                == "502355ec028e7e0a77d0e2060e111f9a7c818b09995d269332a755f04be64f64"
        )
    }

    @Test("The order of lines and the case of owners do not matter")
    func order() throws {
        var zone = ZoneFixture("a.", hosts: [("www", "192.0.2.1"), ("www", "192.0.2.2")])
        let hash = try zone.hash
        zone.lines.reverse()
        zone.lines = zone.lines.map { $0.replacing("www.a.", with: "WwW.A.") }
        #expect(try zone.hash == hash)
    }
}
