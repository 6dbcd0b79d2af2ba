// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Foundation
import SwiftASN1
import X509

/// A certificate and those that lead to its root, as a server gives them (RFC 8555 section 9.1).
package struct CertificateChain: Sendable, Equatable {
    /// More certificates than any authority has between its root and ours.
    static let longest = 10

    /// The certificate, in PEM.
    package let leaf: String
    /// Those above it, each signed by the next, in PEM.
    package let issuers: [String]
    /// The names it is for.
    package let names: [String]
    /// From when it is valid.
    package let notBefore: Date
    /// Until when.
    package let notAfter: Date
    /// What names it at the server for suggestions of renewal (RFC 9773 section 4.1); nil when it names no authority's key.
    package let renewalIdentifier: String?
    /// In DER.
    let octets: [UInt8]
    private let publicKey: [UInt8]

    /// Reads a chain.
    ///
    /// - Throws: ``ACMEError/invalidAnswer(_:)`` when it is not certificates in PEM.
    package init(pem: String) throws(ACMEError) {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: pem)
            guard let first = documents.first, documents.count <= Self.longest else {
                throw ACMEError.invalidAnswer("not a chain of certificates")
            }
            let certificates = try documents.map { try Certificate(pemDocument: $0) }
            let certificate = certificates[0]
            leaf = first.pemString + "\n"
            issuers = documents.dropFirst().map { $0.pemString + "\n" }
            names = (try certificate.extensions.subjectAlternativeNames ?? .init()).compactMap { name in
                guard case .dnsName(let name) = name else { return nil }
                return name
            }
            notBefore = certificate.notValidBefore
            notAfter = certificate.notValidAfter
            octets = first.derBytes
            publicKey = Array(certificate.publicKey.subjectPublicKeyInfoBytes)
            renewalIdentifier = try certificate.extensions.authorityKeyIdentifier?.keyIdentifier.map { identifier in
                var serial = Array(certificate.serialNumber.bytes.drop { $0 == 0 })
                // As DER has it: an octet 0 in front where the number would look negative.
                if serial.first.map({ $0 >= 0x80 }) ?? true { serial.insert(0, at: 0) }
                return "\(Base64URL.encode(identifier)).\(Base64URL.encode(serial))"
            }
        } catch let error as ACMEError {
            throw error
        } catch {
            throw .invalidAnswer("not a chain of certificates")
        }
    }

    /// Whether it is for this key and for all of `wanted`.
    package func fits(_ key: CertificateKey, names wanted: [String]) -> Bool {
        guard let document = try? PEMDocument(pemString: key.pem),
            let own = try? Certificate.PrivateKey(pemDocument: document).publicKey
        else { return false }
        let covered = Set(names.map { $0.lowercased() })
        return Array(own.subjectPublicKeyInfoBytes) == publicKey
            && wanted.allSatisfy { covered.contains($0.lowercased()) }
    }
}
