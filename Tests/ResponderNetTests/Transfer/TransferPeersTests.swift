// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import NIOCore
import ResponderEngine
import Testing
import ZoneTransfer

@testable import ResponderNet

@Suite struct TransferPeersTests {
    private static let secret = "c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIzNDU2Nzg5"

    /// Reads a peers file of this text.
    private func read(_ text: String, mode: mode_t = 0o640, keys: [String: String] = [:]) throws -> TransferPeers {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (name, content) in keys { try TransferFixture.write(content, to: "\(folder)/\(name)", mode: 0o600) }
        try TransferFixture.write(text, to: folder + "/peers", mode: mode)
        return try TransferPeersReader.read(path: folder + "/peers")
    }

    private func peer(
        _ peers: TransferPeers,
        _ zone: String,
        _ address: String,
        key: String? = nil,
        _ transport: Transport = .tcp4
    ) throws -> String? {
        let client = ClientAddress(try SocketAddress(ipAddress: address, port: 1))
        return peers.peer(for: try Name(text: zone), client, key: try key.map { try Name(text: $0) }, transport)?.label
    }

    @Test("Keys, addresses and zones all have to match")
    func selection() throws {
        let peers = try read(
            """
            # secondaries
            key  One.Example.  HMAC-SHA256  \(Self.secret)
            key  two  hmac-sha512  \(Self.secret)  least-mac=32   # truncated

            peer a address=192.0.2.0/24,2001:db8::/32 key=one.example. zones=example.com,*.example.net
            peer b\taddress=198.51.100.7 key=two,one.example
            peer c address=203.0.113.0/25 key=none tls=required
            peer d address=any key=two zones=public.example
            """
        )
        #expect(try peer(peers, "example.com.", "192.0.2.200", key: "ONE.example.") == "a")
        #expect(try peer(peers, "example.com.", "2001:db8:1::1", key: "one.example.") == "a")
        #expect(try peer(peers, "example.com.", "192.0.2.200") == nil)
        #expect(try peer(peers, "example.com.", "192.0.2.200", key: "two.") == nil)
        #expect(try peer(peers, "example.com.", "192.0.3.1", key: "one.example.") == nil)
        #expect(try peer(peers, "sub.example.com.", "192.0.2.1", key: "one.example.") == nil)
        #expect(try peer(peers, "a.b.example.net.", "192.0.2.1", key: "one.example.") == "a")
        #expect(try peer(peers, "example.net.", "192.0.2.1", key: "one.example.") == nil)
        #expect(try peer(peers, "any.", "198.51.100.7", key: "two.") == "b")
        #expect(try peer(peers, "any.", "198.51.100.7", key: "one.example.") == "b")
        #expect(try peer(peers, "any.", "198.51.100.8", key: "two.") == nil)
        #expect(try peer(peers, "any.", "203.0.113.127", .tls4) == "c")
        #expect(try peer(peers, "any.", "203.0.113.127", key: "two.", .tls4) == "c")
        #expect(try peer(peers, "any.", "203.0.113.127", .tcp4) == nil)
        #expect(try peer(peers, "any.", "203.0.113.128", .tls4) == nil)
        #expect(try peer(peers, "public.example.", "2001:db9::1", key: "two.") == "d")
        #expect(peers.keyring[try Name(text: "two.")]?.leastMACLength == 32)
        #expect(peers.keyring[try Name(text: "one.example.")]?.leastMACLength == 32)
    }

    @Test("An IPv4 prefix says nothing about IPv6 addresses, nor the other way round")
    func families() throws {
        let peers = try read("peer a address=0.0.0.0/0 key=none\npeer b address=::/0 key=none")
        #expect(try peer(peers, "a.", "8.8.8.8") == "a")
        #expect(try peer(peers, "a.", "2001:db8::1") == "b")
        #expect(try peer(peers, "a.", "::1") == "b")
    }

    @Test("Notifications go to all addresses, signed with the first key")
    func notify() throws {
        let peers = try read(
            """
            key k. hmac-sha384 \(Self.secret)
            peer a address=192.0.2.1 key=k. zones=all notify=192.0.2.1,192.0.2.1:5353,2001:db8::1,[2001:db8::2]:54
            peer b address=192.0.2.9 key=none zones=b.example notify=192.0.2.9
            peer c address=192.0.2.10 key=none
            """
        )
        let targets = peers.notifyTargets
        #expect(
            targets.map { "\($0.address.ipAddress ?? "")#\($0.address.port ?? 0)" } == [
                "192.0.2.1#53", "192.0.2.1#5353", "2001:db8::1#53", "2001:db8::2#54", "192.0.2.9#53",
            ]
        )
        #expect(targets.map { $0.key?.text } == ["k.", "k.", "k.", "k.", nil])
        let (wanted, other) = (try Name(text: "b.example."), try Name(text: "c.example."))
        #expect(targets[4].wants(wanted))
        #expect(!targets[4].wants(other))
    }

    @Test("A key may stand in a file of its own, named from the folder of the peers file")
    func keyFile() throws {
        let peers = try read(
            "key k. hmac-sha256 file=k.key\npeer a address=any key=k.",
            mode: 0o644,
            keys: ["k.key": "  c2VjcmV0LW9mLXRoZS10ZXN0cy0w\nMTIzNDU2Nzg5\n"]
        )
        #expect(peers.keyFiles.map { $0.hasSuffix("/k.key") } == [true])
        let whole = try read("key k. hmac-sha256 \(Self.secret)\npeer a address=any key=k.")
        let name = try Name(text: "k.")
        #expect(peers.keyring[name] == whole.keyring[name])
    }

    @Test("A file with secrets must not be open to everybody", arguments: [0o644, 0o604, 0o660, 0o602] as [mode_t])
    func modes(mode: mode_t) throws {
        let error = #expect(throws: TransferPeersError.self) {
            try read("key k. hmac-sha256 \(Self.secret)", mode: mode)
        }
        #expect(error?.description.contains("0\(String(mode, radix: 8))") == true)
        #expect(error?.line == nil)
        _ = try read("peer a address=any key=none", mode: mode)
    }

    @Test(
        "What is wrong is told with its line, and never with a secret",
        arguments: [
            ("\n\nfoo bar", 3, "\"foo\""),
            ("key k. hmac-sha256", 1, "needs a name"),
            ("key k. hmac-md5 \(secret)", 1, "hmac-md5"),
            ("key k. hmac-sha256 \(secret)!", 1, "base64"),
            ("key k. hmac-sha256 AAAA", 1, "at least 8"),
            ("key k. hmac-sha256 \(secret) \(secret)", 1, "least-mac"),
            ("key k. hmac-sha256 \(secret) least-mac=15", 1, "16 to 32"),
            ("key k..x hmac-sha256 \(secret)", 1, "\"k..x\""),
            ("key k. hmac-sha256 \(secret)\nkey K hmac-sha256 \(secret)", 2, "already"),
            ("key k. hmac-sha256 file=nowhere", 1, "no such file"),
            ("peer", 1, "label"),
            ("peer a address=any", 1, "needs key="),
            ("peer a key=none", 1, "needs address="),
            ("peer a address=any key=none\npeer a address=any key=none", 2, "already"),
            ("# x\npeer a address=any key=k.", 2, "k. is not in the file"),
            ("peer a address=192.0.2.1/24 key=none", 1, "192.0.2.1/24"),
            ("peer a address=192.0.2.0/33 key=none", 1, "192.0.2.0/33"),
            ("peer a address=192.0.2.0/ key=none", 1, "192.0.2.0/"),
            ("peer a address=example.com key=none", 1, "example.com"),
            ("peer a address= key=none", 1, "empty"),
            ("peer a address=any address=any key=none", 1, "\"address\""),
            ("peer a address=any key=none zones=a..b", 1, "a..b"),
            ("peer a address=any key=none notify=192.0.2.1:0", 1, "192.0.2.1:0"),
            ("peer a address=any key=none notify=[::1]:x", 1, "[::1]:x"),
            ("peer a address=any key=none tls=yes", 1, "required or optional"),
            ("peer a address=any key=none secret=\(secret)", 1, "\"secret\""),
            ("peer a address=any key=none \(secret)", 1, "given once"),
        ] as [(String, Int, String)]
    )
    func errors(text: String, line: Int, part: String) throws {
        let error = try #require(#expect(throws: TransferPeersError.self) { try read(text, mode: 0o600) })
        #expect(error.line == line)
        #expect(error.reason.contains(part), "\(error)")
        // A secret in the place of a word would be printed by whoever quotes the word.
        if !text.hasSuffix("none \(Self.secret)") { #expect(!"\(error)".contains(Self.secret)) }
    }

    @Test("A file that cannot be read is named")
    func unreadable() throws {
        for path in ["/nowhere/at/all", "/tmp"] {
            let error = #expect(throws: TransferPeersError.self) { try TransferPeersReader.read(path: path) }
            #expect(error?.path == path)
        }
    }

    @Test("A bad file leaves what was in force, a good one replaces it")
    func reload() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("peers-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/peers"
        try TransferFixture.write("peer a address=any key=none", to: path, mode: 0o600)
        let policy = try TransferPolicy(path: path)
        try TransferFixture.write("peer b address=any", to: path, mode: 0o600)
        #expect(throws: TransferPeersError.self) { try policy.reload() }
        #expect(policy.peers.peers.map(\.label) == ["a"])
        try TransferFixture.write("peer c address=any key=none", to: path, mode: 0o600)
        try policy.reload()
        #expect(policy.peers.peers.map(\.label) == ["c"])
    }
}
