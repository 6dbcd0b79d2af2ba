// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import DNSText
import DNSWire
import Testing

@testable import ResponderEngine

@Suite struct NSEC3HashTests {
    /// The hash that the engine makes, in base32hex.
    private func hash(_ name: Name, wildcard: Bool = false, salt: [UInt8], iterations: UInt16) -> [UInt8] {
        var hasher = NameHasher()
        unsafe name.wire.withUnsafeBytes { name in
            unsafe salt.withUnsafeBytes { salt in
                unsafe hasher.take(name, isWildcard: wildcard, salt: salt, iterations: iterations)
            }
        }
        return unsafe Array(hasher.hash)
    }

    /// Octets from base32hex.
    private func decode(_ text: String) -> [UInt8] {
        let bits = text.utf8.flatMap { digit in
            (0..<5).map { (digit < 0x3A ? digit - 0x30 : digit - 0x57) >> (4 - $0) & 1 }
        }
        return stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<(start + 8)].reduce(0) { $0 << 1 | $1 }
        }
    }

    @Test(
        "the hashes of RFC 5155 appendix A",
        arguments: [
            ("example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"), ("a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"),
            ("ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"), ("ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"),
            ("ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"), ("w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"),
            ("*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"), ("x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"),
            ("y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"),
            ("x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s"),
            ("xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"),
            ("2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"),
        ]
    )
    func appendix(name: String, expected: String) throws {
        let made = hash(try Name(text: name), salt: [0xAA, 0xBB, 0xCC, 0xDD], iterations: 12)
        #expect(made == decode(expected))
        // Case does not matter.
        #expect(hash(try Name(text: name.uppercased()), salt: [0xAA, 0xBB, 0xCC, 0xDD], iterations: 12) == made)
    }

    @Test("a label * can be put in front")
    func wildcard() throws {
        let made = hash(try Name(text: "w.example."), wildcard: true, salt: [0xAA, 0xBB, 0xCC, 0xDD], iterations: 12)
        #expect(made == decode("r53bq7cc2uvmubfu5ocmm6pers9tk9en"))
    }

    @Test("names and salts of every length hash as another implementation does", arguments: [0, 1, 2, 150] as [UInt16])
    func lengths(iterations: UInt16) throws {
        var sequence = FuzzTests.Sequence(state: 5)
        for length in 0..<127 {
            // Labels of one octet, and one of two for the even lengths: all lengths up to 255.
            for isLonger in [false, true] where length > 0 || !isLonger {
                var labels = (0..<length).map { _ in [UInt8.random(in: 0...255, using: &sequence)] }
                if isLonger { labels[0].append(0x5A) }
                guard let name = try? Name(labels: labels) else { continue }
                let salt = (0..<Int.random(in: 0...255, using: &sequence)).map { _ in
                    UInt8.random(in: 0...255, using: &sequence)
                }
                var expected = Array(Insecure.SHA1.hash(data: name.lowercased().wire + salt))
                for _ in 0..<iterations { expected = Array(Insecure.SHA1.hash(data: expected + salt)) }
                #expect(hash(name, salt: salt, iterations: iterations) == expected)
            }
        }
    }
}
