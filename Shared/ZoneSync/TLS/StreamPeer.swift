// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOSSL

/// What the certificate of the other side says.
///
/// Names are URIs among its alternative names: `zonewright:node:NAME` and `zonewright:role:ROLE`.
package struct StreamPeer: Sendable, Hashable {
    /// Names of nodes that it may go by.
    package var nodes: Set<String>
    /// Roles that it may have.
    package var roles: Set<String>
    /// Without leading zero octets.
    package var serial: [UInt8]
    /// Seconds since 1970 after which it is not valid.
    package var notAfter: Int
    /// Which key signed it (RFC 5280 4.2.1.1); nil when it does not say.
    package var authority: [UInt8]?

    static let nodePrefix = "zonewright:node:"
    static let rolePrefix = "zonewright:role:"

    /// The serial number in hexadecimal digits, as in the list of revoked ones.
    package var serialText: String { Self.hexadecimal(serial) }

    static func hexadecimal(_ octets: [UInt8]) -> String {
        octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Throws unless the node may introduce itself like this: `-401` for a name that the certificate does not have,
    /// `-403` for such a role.
    func admit(_ node: OriginNode) throws(ProtocolError) {
        guard nodes.contains(node.name) else {
            throw ProtocolError(.unauthorised, "the certificate is not of the node \(node.name)")
        }
        guard roles.contains(node.role) else {
            throw ProtocolError(.role, "the certificate does not have the role \(node.role)")
        }
    }
}

extension StreamPeer {
    init(_ certificate: NIOSSLCertificate) {
        nodes = []
        roles = []
        for name in certificate._subjectAlternativeNames() where name.nameType == .uri {
            let text = String(decoding: name.contents, as: UTF8.self)
            if text.hasPrefix(Self.nodePrefix) {
                nodes.insert(String(text.dropFirst(Self.nodePrefix.count)))
            } else if text.hasPrefix(Self.rolePrefix) {
                roles.insert(String(text.dropFirst(Self.rolePrefix.count)))
            }
        }
        serial = RevocationFile.significant(certificate.serialNumber)
        notAfter = certificate.notValidAfter
        authority = KeyIdentifier.ofAuthority(certificate)
    }
}

/// The identifiers that tell keys apart in certificates.
enum KeyIdentifier {
    private static let subject = NIOSSLObjectIdentifier("2.5.29.14")
    private static let authority = NIOSSLObjectIdentifier("2.5.29.35")

    /// The certificate's own key (RFC 5280 4.2.1.2): an OCTET STRING.
    static func ofSubject(_ certificate: NIOSSLCertificate) -> [UInt8]? {
        guard let octets = value(subject, of: certificate), let (tag, content) = element(octets[...]), tag == 0x04
        else { return nil }
        return content.isEmpty ? nil : Array(content)
    }

    /// The key that signed it (RFC 5280 4.2.1.1): the first field, if it is there, of a SEQUENCE.
    static func ofAuthority(_ certificate: NIOSSLCertificate) -> [UInt8]? {
        guard let octets = value(authority, of: certificate), let (tag, content) = element(octets[...]), tag == 0x30,
            let (field, identifier) = element(content), field == 0x80
        else { return nil }
        return identifier.isEmpty ? nil : Array(identifier)
    }

    private static func value(_ identifier: NIOSSLObjectIdentifier?, of certificate: NIOSSLCertificate) -> [UInt8]? {
        for item in certificate._extensions where item.objectIdentifier == identifier { return Array(item.data) }
        return nil
    }

    /// The tag and content of the first DER element; nil for lengths of more than one octet, which identifiers have not.
    private static func element(_ octets: ArraySlice<UInt8>) -> (UInt8, ArraySlice<UInt8>)? {
        guard octets.count >= 2, let tag = octets.first else { return nil }
        let length = Int(octets[octets.startIndex + 1])
        guard length < 0x80, octets.count >= 2 + length else { return nil }
        return (tag, octets.dropFirst(2).prefix(length))
    }
}
