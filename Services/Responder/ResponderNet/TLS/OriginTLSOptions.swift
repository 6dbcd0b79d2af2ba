// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOPosix
import Runtime
import ZoneSync

/// The options of TLS on the zone stream, and how they are read.
enum OriginTLSOptions {
    /// What zonewright-dns can be told about it.
    static let files = TLSFileOptions(
        prefix: "origin-tls",
        purpose: "the certificate that names this node to the glue; with it upstreams are followed over TLS only."
    )

    /// The certificate of zonewright-dns and whom it trusts; nil without these options.
    ///
    /// It is read again on SIGHUP and when a file changes. Throws when only some of the options are there, when a file
    /// cannot be used, and when the certificate is not of the node that goes by `name`.
    static func identity(_ context: DaemonContext, name: String) throws -> StreamIdentity? {
        guard let given = try files.files(context.settings) else { return nil }
        let files = StreamIdentity.Files(
            certificate: given.certificate,
            key: given.key,
            authorities: given.authorities,
            revoked: given.revoked
        )
        let identity: StreamIdentity
        do {
            identity = try StreamIdentity(files)
        } catch {
            throw DaemonError.unavailable("\(error) (options \(Self.files.names))")
        }
        guard identity.own.nodes.contains(name) else {
            throw context.settings.refuse(
                "node-name",
                "the certificate in \(files.certificate) is not of the node \(name): origins would refuse it"
            )
        }
        context.reloads.register("origin-tls", watching: files.paths) {
            try await NIOThreadPool.singleton.runIfActive { try identity.reload() }
        }
        return identity
    }
}
