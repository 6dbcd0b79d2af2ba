// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOPosix
import Runtime
import ZoneSync

/// The options of TLS on the zone stream, and how they are read.
enum StreamTLSOptions {
    /// What zonewright-glue can be told about it.
    static let files = TLSFileOptions(
        prefix: "tls",
        purpose: "the certificate shown to consumers, and to upstreams; with it listen speaks TLS only."
    )

    /// The certificate of zonewright-glue and whom it trusts; nil without these options.
    ///
    /// It is read again on SIGHUP and when a file changes. Throws when only some of the options are there, a file
    /// cannot be used, or the certificate is not of the relay.
    ///
    /// - Parameter relay: The name under which a relay follows, which has to be in its certificate; nil for an origin.
    static func identity(_ context: DaemonContext, relay: String? = nil) throws -> StreamIdentity? {
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
        if let relay, !identity.own.nodes.contains(relay) || !identity.own.roles.contains("relay") {
            throw context.settings.refuse(
                "node-name",
                "the certificate in \(files.certificate) is not of the relay \(relay): upstreams would refuse it"
            )
        }
        context.reloads.register("tls", watching: files.paths) {
            try await NIOThreadPool.singleton.runIfActive { try identity.reload() }
        }
        return identity
    }
}
