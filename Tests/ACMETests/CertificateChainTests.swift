// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation
import SwiftASN1
import Testing
import X509

@testable import ACME

@Suite struct CertificateChainTests {
    /// A certificate that signs itself.
    private func certificate(serial: [UInt8], authority: [UInt8]?, key: P256.Signing.PrivateKey) throws -> String {
        let name = try DistinguishedName { CommonName("example.test") }
        var extensions = try Certificate.Extensions {
            SubjectAlternativeNames([.dnsName("example.test"), .dnsName("*.example.test")])
        }
        if let authority {
            try extensions.append(
                Certificate.Extension(AuthorityKeyIdentifier(keyIdentifier: authority[...]), critical: false)
            )
        }
        let made = try Certificate(
            version: .v3,
            serialNumber: Certificate.SerialNumber(bytes: serial),
            publicKey: Certificate.PrivateKey(key).publicKey,
            notValidBefore: Date(timeIntervalSince1970: 1_700_000_000),
            notValidAfter: Date(timeIntervalSince1970: 1_800_000_000),
            issuer: name,
            subject: name,
            signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(key)
        )
        return try made.serializeAsPEM().pemString + "\n"
    }

    @Test func `the name for suggestions of renewal is that of the example in RFC 9773 section 4.1`() throws {
        let authority: [UInt8] = [
            0x69, 0x88, 0x5B, 0x6B, 0x87, 0x46, 0x40, 0x41, 0xE1, 0xB3, 0x7B, 0x84, 0x7B, 0xA0, 0xAE, 0x2C, 0xDE, 0x01,
            0xC8, 0xD4,
        ]
        let key = P256.Signing.PrivateKey()
        let pem = try certificate(serial: [0x87, 0x65, 0x43, 0x21], authority: authority, key: key)
        #expect(try CertificateChain(pem: pem).renewalIdentifier == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE")
        // Without a sign to be avoided there is no octet 0 in front.
        let small = try certificate(serial: [0x12, 0x34], authority: authority, key: key)
        #expect(try CertificateChain(pem: small).renewalIdentifier == "aYhba4dGQEHhs3uEe6CuLN4ByNQ.EjQ")
        let anonymous = try certificate(serial: [0x12, 0x34], authority: nil, key: key)
        #expect(try CertificateChain(pem: anonymous).renewalIdentifier == nil)
    }

    @Test func `renewal is due after two thirds of the life, or in the window that is suggested`() throws {
        let chain = try CertificateChain(
            pem: try certificate(serial: [1], authority: nil, key: P256.Signing.PrivateKey())
        )
        #expect(chain.notAfter.timeIntervalSince(chain.notBefore) == 100_000_000)
        let due = chain.renewalTime(suggestion: nil, share: 0.5)
        #expect(abs(due.timeIntervalSince(chain.notBefore) - 66_666_667) < 1)

        func suggestion(_ start: String, _ end: String) throws -> ACMERenewalInfo {
            let body = ACMERenewalInfo.Body(suggestedWindow: .init(start: start, end: end))
            return try #require(ACMERenewalInfo(body, retryAfter: nil))
        }
        let window = try suggestion("2025-01-02T00:00:00Z", "2025-01-02T02:00:00Z")
        for (share, seconds) in [(0, 0), (0.25, 1_800), (1, 7_200), (-1, 0), (9, 7_200)] as [(Double, Double)] {
            #expect(chain.renewalTime(suggestion: window, share: share).timeIntervalSince(window.start) == seconds)
        }
        // A window after the certificate's end would leave none.
        let late = try suggestion("2040-01-01T00:00:00Z", "2040-01-02T00:00:00Z")
        #expect(chain.renewalTime(suggestion: late, share: 0) == chain.notAfter)
    }

    @Test func `a chain is read in order, and not when it is longer than any`() throws {
        let key = P256.Signing.PrivateKey()
        let leaf = try certificate(serial: [1], authority: nil, key: key)
        let issuer = try certificate(serial: [2], authority: nil, key: P256.Signing.PrivateKey())
        let chain = try CertificateChain(pem: leaf + issuer)
        #expect(chain.leaf == leaf)
        #expect(chain.issuers == [issuer])
        #expect(chain.names == ["example.test", "*.example.test"])
        #expect(chain.notBefore == Date(timeIntervalSince1970: 1_700_000_000))
        #expect(chain.notAfter == Date(timeIntervalSince1970: 1_800_000_000))
        let own = try CertificateKey(pem: key.pemRepresentation)
        #expect(chain.fits(own, names: ["EXAMPLE.test"]))
        #expect(!chain.fits(own, names: ["www.example.test"]))
        #expect(throws: ACMEError.self) {
            try CertificateChain(pem: String(repeating: leaf, count: CertificateChain.longest + 1))
        }
    }
}
