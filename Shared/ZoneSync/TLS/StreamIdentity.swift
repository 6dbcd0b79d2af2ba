// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
import NIOSSL
import Synchronization

/// Certificate, key and trusted authorities for the zone stream (Docs/protocol.md 1), read from files and read again
/// while connections go on.
///
/// One value serves both directions: an origin's listener, a follower's connections, and a relay's both. Connections
/// keep the keys that they began with; whether their other side is still trusted is judged by the newest reading.
package final class StreamIdentity: Sendable {
    /// The files, in PEM form but for the list of what is revoked.
    package struct Files: Sendable, Hashable {
        /// The certificate, which an authority of the other side's `authorities` signed.
        package var certificate: String
        /// The certificate's private key, closed to other users.
        package var key: String
        /// The authorities that are trusted.
        package var authorities: String
        /// Serial numbers of revoked certificates, one a line.
        package var revoked: String?

        /// The files of one node.
        package init(certificate: String, key: String, authorities: String, revoked: String? = nil) {
            self.certificate = certificate
            self.key = key
            self.authorities = authorities
            self.revoked = revoked
        }

        /// Whose changes are reason to read them again.
        package var paths: [String] { [certificate, key, authorities] + (revoked.map { [$0] } ?? []) }
    }

    private struct Reading: Sendable {
        let own: StreamPeer
        let trust: StreamTrust
        let server: NIOSSLContext
        let client: NIOSSLContext
    }

    /// Where it comes from.
    package let files: Files
    private let now: @Sendable () -> Int
    private let current: Mutex<Reading>

    /// Reads the files; the error says which one is wrong, and never what is in it.
    ///
    /// - Parameter now: Seconds since 1970, for the certificates' times.
    package init(
        _ files: Files,
        now: @escaping @Sendable () -> Int = { time(nil) }
    ) throws(UnusableFile) {
        self.files = files
        self.now = now
        current = Mutex(try Self.read(files))
    }

    /// Reads the files again. When it throws, what was read before stays in use.
    package func reload() throws(UnusableFile) {
        let fresh = try Self.read(files)
        current.withLock { $0 = fresh }
    }

    /// What its own certificate says.
    package var own: StreamPeer { current.withLock(\.own) }

    /// Why the other side is not to be trusted now; nil when it is.
    func refusal(of peer: StreamPeer) -> String? {
        current.withLock(\.trust).refusal(of: peer, now: now())
    }

    /// The TLS of a connection that was accepted here.
    func makeServerHandler() -> NIOSSLServerHandler {
        NIOSSLServerHandler(context: current.withLock(\.server))
    }

    /// The TLS of a connection to a host: its certificate must have that name, or the address when it is one.
    func makeClientHandler(host: String) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: host, port: 0)) != nil
        return try NIOSSLClientHandler(
            context: current.withLock(\.client),
            serverHostname: isAddress ? nil : host
        )
    }

    private static func read(_ files: Files) throws(UnusableFile) -> Reading {
        let chain = try PEMFile.certificates(files.certificate)
        let key = try PEMFile.privateKey(files.key)
        let authorities = try PEMFile.certificates(files.authorities)
        var revoked: Set<[UInt8]> = []
        if let path = files.revoked { revoked = try RevocationFile.read(path) }
        let trust = try StreamTrust(authorities, path: files.authorities, revoked: revoked)
        let sources = chain.map { NIOSSLCertificateSource.certificate($0) }
        var server = TLSConfiguration.makeServerConfiguration(certificateChain: sources, privateKey: .privateKey(key))
        server.certificateVerification = .noHostnameVerification
        var client = TLSConfiguration.makeClientConfiguration()
        client.certificateChain = sources
        client.privateKey = .privateKey(key)
        client.certificateVerification = .fullVerification
        do {
            return Reading(
                own: StreamPeer(chain[0]),
                trust: trust,
                server: try context(server, authorities),
                client: try context(client, authorities)
            )
        } catch {
            throw UnusableFile(path: files.key, reason: "is not the key of the certificate in \(files.certificate)")
        }
    }

    private static func context(
        _ configuration: TLSConfiguration,
        _ authorities: [NIOSSLCertificate]
    ) throws -> NIOSSLContext {
        var configuration = configuration
        configuration.minimumTLSVersion = .tlsv13
        configuration.trustRoots = .certificates(authorities)
        configuration.shutdownTimeout = .seconds(1)
        return try NIOSSLContext(configuration: configuration)
    }
}
