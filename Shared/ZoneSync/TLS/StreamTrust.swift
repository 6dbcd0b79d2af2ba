// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOSSL

/// Whom one reading of the files trusts.
struct StreamTrust: Sendable {
    /// Until when the keys that may sign certificates may do so, in seconds since 1970.
    let authorities: [[UInt8]: Int]
    /// Serial numbers of certificates that were taken back.
    let revoked: Set<[UInt8]>

    /// Why a certificate that TLS accepted, now or some time ago, is not to be used at `now`; nil when it may be.
    ///
    /// TLS has verified that one of the authorities of its time signed the certificate; which of them its key
    /// identifier tells, since verification takes only an authority with that identifier.
    func refusal(of peer: StreamPeer, now: Int) -> String? {
        guard now <= peer.notAfter else { return "the certificate \(peer.serialText) has expired" }
        if revoked.contains(peer.serial) { return "the certificate \(peer.serialText) is revoked" }
        guard let authority = peer.authority, let notAfter = authorities[authority] else {
            return "the authority that signed the certificate \(peer.serialText) is not trusted"
        }
        guard now <= notAfter else {
            return "the authority that signed the certificate \(peer.serialText) has expired"
        }
        return nil
    }
}

extension StreamTrust {
    /// Reads the authorities, each of which must have a key identifier, and what is revoked.
    init(_ certificates: [NIOSSLCertificate], path: String, revoked: Set<[UInt8]>) throws(UnusableFile) {
        var authorities: [[UInt8]: Int] = [:]
        for certificate in certificates {
            guard let identifier = KeyIdentifier.ofSubject(certificate) else {
                throw UnusableFile(path: path, reason: "has a certificate without a subject key identifier")
            }
            authorities[identifier] = max(authorities[identifier] ?? 0, certificate.notValidAfter)
        }
        self.authorities = authorities
        self.revoked = revoked
    }
}
