// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ZoneSync

@Suite("Rules for certificates of the stream") struct StreamTrustTests {
    private let good = [UInt8](repeating: 1, count: 20)

    private func peer(_ change: (inout StreamPeer) -> Void = { _ in }) -> StreamPeer {
        var peer = StreamPeer(
            nodes: ["ams1"],
            roles: ["responder"],
            serial: [0x0A, 0xBC],
            notAfter: 1_000,
            authority: good
        )
        change(&peer)
        return peer
    }

    @Test("a certificate is good until it expires, is revoked, or its authority is expired, gone, or not named")
    func trust() {
        let trust = StreamTrust(authorities: [good: 2_000], revoked: [[0x77]])
        #expect(trust.refusal(of: peer(), now: 1_000) == nil)
        #expect(trust.refusal(of: peer(), now: 1_001)?.contains("has expired") == true)
        #expect(trust.refusal(of: peer { $0.serial = [0x77] }, now: 0)?.contains("77 is revoked") == true)
        #expect(trust.refusal(of: peer { $0.authority = [2] }, now: 0)?.contains("not trusted") == true)
        #expect(trust.refusal(of: peer { $0.authority = nil }, now: 0)?.contains("not trusted") == true)
        let late = peer { $0.notAfter = 9_000 }
        #expect(trust.refusal(of: late, now: 2_000) == nil)
        #expect(trust.refusal(of: late, now: 2_001)?.contains("authority") == true)
    }

    @Test("a node may introduce itself only as its certificate says")
    func admission() throws {
        func admit(_ name: String, _ role: String) throws(ProtocolError) {
            try peer().admit(OriginNode(name: name, role: role, software: ""))
        }
        try admit("ams1", "responder")
        #expect(#expect(throws: ProtocolError.self) { try admit("ams2", "responder") }?.code == .unauthorised)
        #expect(#expect(throws: ProtocolError.self) { try admit("ams1", "relay") }?.code == .role)
        // Nothing was admitted before TLS has found somebody.
        let nobody = AdmittedPeer()
        let node = OriginNode(name: "ams1", role: "responder", software: "")
        #expect(#expect(throws: ProtocolError.self) { try nobody.admit(node) }?.code == .unauthorised)
        nobody.set(peer())
        try nobody.admit(node)
    }

    @Test("the list of revoked certificates is read as openssl, people and zonewright write serial numbers")
    func revocations() throws {
        let text = "# none\n\n00:0a:BC # ams1\r\nabc\n  F0 \n"
        let serials = try RevocationFile.parse(Array(text.utf8), path: "list")
        #expect(serials == [[0x0A, 0xBC], [0xF0]])
        #expect(RevocationFile.significant([0, 0, 0x80]) == [0x80])
        for bad in ["xyz", "12 34 g", String(repeating: "a", count: 41)] {
            let error = #expect(throws: UnusableFile.self) {
                try RevocationFile.parse(Array("01\n\(bad)\n".utf8), path: "list")
            }
            #expect(error?.reason.contains("line 2") == true)
        }
    }

    @Test("handshakes under way are limited in all and for one address")
    func slots() {
        let slots = HandshakeSlots(limit: 3, ofAddress: 2)
        #expect(slots.take("a") && slots.take("a"))
        #expect(!slots.take("a"))
        #expect(slots.take("b"))
        #expect(!slots.take("c"), "three are under way")
        slots.giveBack("a")
        #expect(slots.take("c"))
        slots.giveBack("a")
        #expect(slots.take("a"))
    }
}
