// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Identity

@Suite struct PasswordHashTests {
    private static let cheap = PasswordHash.Cost(logarithm: 4)

    @Test func `a password opens its own hash, in the PHC form, and no other does`() throws {
        let cost = try #require(Self.cheap)
        let hash = try PasswordHash(of: Secret("correct horse"), cost: cost)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        let stored = try #require(PasswordHash(hash.text))
        #expect(stored == hash)
        #expect(try stored.matches(Secret("correct horse")))
        #expect(try !stored.matches(Secret("correct horsf")))
        #expect(try !stored.matches(Secret("")))
        #expect(try !stored.matches(Secret(String(repeating: "a", count: 1_025))))
        #expect(try PasswordHash(of: Secret("correct horse"), cost: cost) != hash)
    }

    /// RFC 7914 section 12, the second vector: N 1024, r 8, p 16.
    @Test func `hashes are those of the RFC`() throws {
        let salt = "TmFDbA"
        let key = "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA"
        let hash = try #require(PasswordHash("$scrypt$ln=10,r=8,p=16$\(salt)$\(key)"))
        #expect(try hash.matches(Secret("password")))
        #expect(try !hash.matches(Secret("Password")))
    }

    @Test func `a letter with an accent is the same however it is typed`() throws {
        let hash = try PasswordHash(of: Secret("caf\u{E9} au lait"), cost: try #require(Self.cheap))
        #expect(try hash.matches(Secret("cafe\u{301} au lait")))
    }

    @Test(arguments: [
        "", "x", "$scrypt$ln=4,r=8,p=1$AAAA", "$argon2id$ln=4,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=30,r=8,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "$scrypt$ln=4,r=0,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "$scrypt$ln=4,r=8,p=1,$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
        "$scrypt$ln=4,r=8,p=1$$AAAAAAAAAAAAAAAAAAAAAAAA", "$scrypt$ln=4,r=8,p=1$AAAA$AAAA",
        "$scrypt$r=8,ln=4,p=1$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA", "$scrypt$ln=20,r=32,p=16$AAAA$AAAAAAAAAAAAAAAAAAAAAAAA",
    ])
    func `what is no hash, or would cost too much, is none`(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test func `a worker does a few at a time and refuses what is too much`() async throws {
        let worker = PasswordWorker(cost: try #require(Self.cheap), concurrency: 1, queueLimit: 1)
        let gate = Gate()
        async let first = worker.run {
            gate.wait(); return 1
        }
        while worker.load < 1 { await Task.yield() }
        async let second = worker.run { 2 }
        while worker.load < 2 { await Task.yield() }
        await #expect(throws: PasswordWorker.Busy.self) {
            try await worker.run { 3 }
        }
        gate.open()
        #expect(try await first == 1)
        #expect(try await second == 2)
        #expect(try await worker.run { 4 } == 4)
        #expect(worker.load == 0)
    }
}
