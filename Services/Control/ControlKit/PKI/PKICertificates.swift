// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation
import SwiftASN1
import X509

/// Makes the certificates themselves (RFC 5280).
///
/// Keys are ECDSA P-256. An authority signs nodes and nothing else (path length 0); a node's certificate is good only for
/// the side of a connection that its role has.
enum PKICertificates {
    /// How much earlier than it was made a certificate is valid: clocks differ.
    static let allowance = 300

    /// A new key, in PEM form.
    static func makeKey() -> String { P256.Signing.PrivateKey().pemRepresentation + "\n" }

    /// A serial number: 127 random bits, so that no two are the same whoever signs.
    static func makeSerial() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        // Not 0 at the front, nor a sign.
        return [UInt8.random(in: 1...0x7F, using: &generator)]
            + (0..<15).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// The certificate of an authority, in PEM form.
    static func authority(_ authority: PKIRecord.Authority, key: String) throws -> String {
        let key = try privateKey(key)
        let name = try DistinguishedName {
            OrganizationName("Zonewright")
            CommonName("Zonewright authority \(authority.number) \(authority.serial.prefix(8))")
        }
        return try text(
            Certificate(
                version: .v3,
                serialNumber: try serial(authority.serial),
                publicKey: key.publicKey,
                notValidBefore: date(authority.notBefore),
                notValidAfter: date(authority.notAfter),
                issuer: name,
                subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: key.publicKey)
                },
                issuerPrivateKey: key
            )
        )
    }

    /// The certificate of a node, in PEM form.
    ///
    /// - Parameters:
    ///   - key: The node's private key, in PEM form like the others.
    ///   - authority: The certificate of the authority that signs.
    static func node(
        _ issued: PKIRecord.Issued,
        key: String,
        authority: String,
        authorityKey: String
    ) throws -> String {
        let issuer = try certificate(authority)
        let publicKey = try privateKey(key).publicKey
        let subject = issued.subject
        let names =
            subject.identifiers.map { GeneralName.uniformResourceIdentifier($0) }
            + subject.hosts.map { GeneralName.dnsName($0) }
            + subject.addressOctets.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
        let usages: [ExtendedKeyUsage.Usage] =
            (subject.role.isServer ? [.serverAuth] : []) + (subject.role.isClient ? [.clientAuth] : [])
        return try text(
            Certificate(
                version: .v3,
                serialNumber: try serial(issued.serial),
                publicKey: publicKey,
                notValidBefore: date(issued.notBefore),
                notValidAfter: date(issued.notAfter),
                issuer: issuer.subject,
                subject: try DistinguishedName {
                    OrganizationName("Zonewright")
                    CommonName(subject.name)
                },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: try Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage(usages)
                    SubjectAlternativeNames(names)
                    SubjectKeyIdentifier(hash: publicKey)
                    AuthorityKeyIdentifier(
                        keyIdentifier: try issuer.extensions.subjectKeyIdentifier?.keyIdentifier
                    )
                },
                issuerPrivateKey: try privateKey(authorityKey)
            )
        )
    }

    /// Whether a certificate in PEM form has a serial number and is of a key in PEM form.
    static func isPair(certificate text: String, key: String, serial: String) -> Bool {
        guard let certificate = try? certificate(text), let key = try? privateKey(key) else { return false }
        return certificate.publicKey == key.publicKey
            && certificate.serialNumber.bytes.elementsEqual(octets(serial) ?? [])
    }

    private static func text(_ certificate: Certificate) throws -> String {
        try certificate.serializeAsPEM().pemString + "\n"
    }

    private static func certificate(_ text: String) throws -> Certificate {
        do {
            return try Certificate(pemEncoded: text)
        } catch {
            throw ControlError("a certificate of the folder cannot be read: \(error)")
        }
    }

    private static func privateKey(_ text: String) throws -> Certificate.PrivateKey {
        do {
            return Certificate.PrivateKey(try P256.Signing.PrivateKey(pemRepresentation: text))
        } catch {
            // Not the error's words, which might hold a part of the key.
            throw ControlError("a private key of the folder cannot be read")
        }
    }

    private static func serial(_ text: String) throws -> Certificate.SerialNumber {
        guard let octets = octets(text) else { throw ControlError("\"\(text)\" is no serial number") }
        return Certificate.SerialNumber(bytes: octets)
    }

    private static func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }

    /// The octets of hexadecimal digits; nil when there is something else among them.
    static func octets(_ text: String) -> [UInt8]? {
        let values = text.compactMap(\.hexDigitValue)
        guard values.count == text.count, values.count.isMultiple(of: 2), !values.isEmpty else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }

    /// Octets in hexadecimal digits.
    static func text(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
