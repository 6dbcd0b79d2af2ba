// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import CryptoExtras
import Foundation
import SwiftASN1
import X509

/// The private key of a certificate, and the request for it that the key signs.
package struct CertificateKey: Sendable {
    /// The kinds of keys that certificates are asked for.
    package enum Algorithm: String, Sendable, CaseIterable {
        /// ECDSA with P-256 and SHA-256.
        case ecdsa = "ECDSA"
        /// RSA of 2,048 bits with SHA-256.
        case rsa = "RSA"
    }

    private enum Backing: Sendable {
        case ecdsa(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
    }

    private let backing: Backing

    /// A new key. Takes some tenths of a second for RSA.
    package init(_ algorithm: Algorithm) throws {
        backing =
            switch algorithm {
            case .ecdsa: .ecdsa(P256.Signing.PrivateKey())
            case .rsa: .rsa(try _RSA.Signing.PrivateKey(keySize: .bits2048))
            }
    }

    /// The key that `pem` holds.
    ///
    /// - Throws: when it holds none of these kinds.
    package init(pem: String) throws {
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: pem) {
            backing = .ecdsa(key)
        } else {
            backing = .rsa(try _RSA.Signing.PrivateKey(pemRepresentation: pem))
        }
    }

    /// The key in PEM form.
    package var pem: String {
        switch backing {
        case .ecdsa(let key): key.pemRepresentation
        case .rsa(let key): key.pemRepresentation
        }
    }

    /// A signing request (RFC 2986) for `names`, of which the first is also the common name where it fits.
    package func request(for names: [String]) throws -> CertificateRequest {
        let (key, algorithm): (Certificate.PrivateKey, Certificate.SignatureAlgorithm) =
            switch backing {
            case .ecdsa(let key): (.init(key), .ecdsaWithSHA256)
            case .rsa(let key): (.init(key), .sha256WithRSAEncryption)
            }
        // RFC 5280 appendix A: a common name has at most 64 characters.
        let common = names.first.flatMap { $0.utf8.count <= 64 ? $0 : nil }
        let subject = try DistinguishedName {
            if let common { CommonName(common) }
        }
        let extensions = try Certificate.Extensions {
            SubjectAlternativeNames(names.map { GeneralName.dnsName($0) })
        }
        let request = try CertificateSigningRequest(
            version: .v1,
            subject: subject,
            privateKey: key,
            attributes: CertificateSigningRequest.Attributes([.init(ExtensionRequest(extensions: extensions))]),
            signatureAlgorithm: algorithm
        )
        let document = try request.serializeAsPEM()
        return CertificateRequest(octets: document.derBytes, pem: document.pemString + "\n")
    }
}
