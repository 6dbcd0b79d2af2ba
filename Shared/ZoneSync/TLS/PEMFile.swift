// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import NIOSSL

/// Reads certificates and keys in PEM form.
package enum PEMFile {
    /// All certificates of a file; at least one.
    package static func certificates(_ path: String) throws(UnusableFile) -> [NIOSSLCertificate] {
        let file = try SecretFile(path: path)
        do {
            let certificates = try NIOSSLCertificate.fromPEMBytes(file.octets)
            if !certificates.isEmpty { return certificates }
        } catch {
            throw UnusableFile(path: path, reason: "no PEM certificate can be read from it")
        }
        throw UnusableFile(path: path, reason: "holds no certificate")
    }

    /// The key, of a file that its owner and group alone may read: a key that every user of the machine has is nobody's.
    package static func privateKey(_ path: String) throws(UnusableFile) -> NIOSSLPrivateKey {
        let file = try SecretFile(path: path)
        try file.requirePrivate(path: path)
        do {
            return try NIOSSLPrivateKey(bytes: file.octets, format: .pem)
        } catch {
            throw UnusableFile(path: path, reason: "no unencrypted PEM private key can be read from it")
        }
    }
}
