// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Testing

@testable import WebApp

/// Bodies and paths that were valid before random bytes of them were changed: whatever comes, it is the client's fault.
@Suite struct MutationTests {
    /// SplitMix64: the same inputs at every run.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            self.state &+= 0x9E37_79B9_7F4A_7C15
            var z = self.state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let interesting =
        Array(#"{}[]",:\\0123456789-+.eEtfn u@*$();"#.utf8) + [0x00, 0x0A, 0x7F, 0xC3, 0xFF]

    private static func mutate(_ bytes: [UInt8], with generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes[index] = Self.interesting.randomElement(using: &generator) ?? 0
            case 2: bytes.insert(Self.interesting.randomElement(using: &generator) ?? 0, at: index)
            case 3: bytes.remove(at: index)
            default:
                let end = Int.random(in: index..<bytes.count, using: &generator)
                bytes.insert(contentsOf: bytes[index...end], at: index)
            }
        }
        return bytes
    }

    @Test(arguments: [
        (
            "@/zones/example.com/records",
            #"{"name":"a","type":"MX","content":"mx.example","ttl":60,"priority":1,"regions":["global"]}"#
        ),
        (
            "@/zones/example.com/records",
            #"{"name":"_sip._tcp","type":"SRV","content":"20 5060 sip.example.","priority":10}"#
        ),
        ("@/zones/example.com/records", #"{"name":"t","type":"TXT","content":"\"a\" \"b\\\"c\" \u00e9"}"#),
        ("@/zones/example.com/records", #"{"name":"h","type":"HTTPS","content":"1 . alpn=h2 ipv4hint=192.0.2.1"}"#),
        (
            "@/zones/example.com/batch",
            #"{"creates":[{"name":"b","type":"A","content":"192.0.2.1"}],"updates":[{"id":6,"ttl":60}],"deletes":[{"id":7}]}"#
        ),
        ("@/domains", #"{"name":"b\u00fccher.example"}"#),
        (
            "/x/v1/@/zones/example.com/import?dry_run=1",
            "$TTL 60\n@ IN MX 10 ( mail ) ; c\nw TXT \"a\\\"b\" c\nx TYPE99 \\# 2 0a0b\n"
        ),
        ("/x/v1/@/zones/example.com/import", #"{"zone_file":"w 60 IN A 192.0.2.1\n"}"#),
    ])
    func `mutated bodies never give a server error`(path: String, body: String) async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            _ = try await api.call(
                .post,
                "@/zones/example.com/records",
                #"{"name":"u","type":"A","content":"192.0.2.1"}"#
            )
            var generator = Generator(state: 2_026)
            for _ in 0..<300 {
                let bytes = Self.mutate(Array(body.utf8), with: &generator)
                let answer = try await api.call(.post, path, bytes: bytes)
                #expect(
                    (200..<500).contains(answer.status),
                    "\(String(decoding: bytes, as: UTF8.self)): \(answer.text)"
                )
            }
        }
    }

    @Test func `mutated paths and queries never give a server error`() async throws {
        try await TestAPI.run { api async throws in
            try await api.makeDomain("example.com")
            var generator = Generator(state: 7)
            let paths = [
                "/v2/\(api.account.id)/zones/example.com/records?name=a&type=A&sort=id:desc&page=1&per_page=2",
                "/v2/\(api.account.id)/domains/example.com", "/v2/\(api.account.id)/zones?name_like=x&sort=name",
            ]
            for round in 0..<600 {
                let bytes = Self.mutate(Array(paths[round % paths.count].utf8), with: &generator)
                // A request line has no blanks, controls or raw bytes above ASCII.
                let path = String(decoding: bytes.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
                let answer = try await api.call(.get, path.hasPrefix("/") ? path : "/\(path)")
                #expect((200..<500).contains(answer.status), "\(path): \(answer.text)")
            }
        }
    }
}
