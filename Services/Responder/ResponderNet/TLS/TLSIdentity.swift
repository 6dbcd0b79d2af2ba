// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOSSL
import Synchronization
package import ZoneSync

/// The certificate and key that DNS over TLS shows (RFC 7858), read from files and read again while connections go on.
///
/// Connections keep what they began with. Resumption of sessions works within one reading: the key of the tickets goes
/// with the context, and BoringSSL rolls it by itself.
package final class TLSIdentity: Sendable {
    /// The files, in PEM form.
    package struct Files: Sendable, Hashable {
        /// The certificate, followed by those between it and a root.
        package var certificate: String
        /// The certificate's private key.
        package var key: String

        /// Two files.
        package init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// Where it comes from.
    package let files: Files
    private let current: Mutex<NIOSSLContext>

    /// Reads the files; the error says which one is wrong, and never what is in it.
    package init(_ files: Files) throws(UnusableFile) {
        self.files = files
        current = Mutex(try Self.read(files))
    }

    /// What new connections are to use.
    var context: NIOSSLContext { current.withLock { $0 } }

    /// Reads the files again. When it throws, what was read before stays in use.
    package func reload() throws(UnusableFile) {
        let fresh = try Self.read(files)
        current.withLock { $0 = fresh }
    }

    private static func read(_ files: Files) throws(UnusableFile) -> NIOSSLContext {
        let chain = try PEMFile.certificates(files.certificate)
        let key = try PEMFile.privateKey(files.key)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["dot"]
        configuration.shutdownTimeout = .seconds(1)
        do {
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw UnusableFile(path: files.key, reason: "is not the key of the certificate in \(files.certificate)")
        }
    }
}
