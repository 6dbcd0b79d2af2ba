// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOPosix
import Runtime
import ZoneSync

/// The options of TLS on the zone stream, and how they are read.
enum OriginTLSOptions {
    /// What zonewright-dns can be told about it.
    static let all: [DaemonOption] = [
        DaemonOption(
            "origin-tls-certificate",
            .path,
            help:
                "PEM file of the certificate that names this node to the glue; with it upstreams are followed over TLS only. Read again when it changes."
        ),
        DaemonOption(
            "origin-tls-key",
            .path,
            help: "PEM file of that certificate's private key, closed to other users. Read again when it changes."
        ),
        DaemonOption(
            "origin-tls-ca",
            .path,
            help: "PEM file of the authorities whose certificates are trusted. Read again when it changes."
        ),
        DaemonOption(
            "origin-tls-revoked",
            .path,
            help:
                "File of the serial numbers of revoked certificates, as pki revoke writes it. Read again when it changes."
        ),
    ]

    /// The certificate of zonewright-dns and whom it trusts; nil without these options.
    ///
    /// It is read again on SIGHUP and when a file changes. Throws when only some of the options are there, when a file
    /// cannot be used, and when the certificate is not of the node that goes by `name`.
    static func identity(_ context: DaemonContext, name: String) throws -> StreamIdentity? {
        guard let files = try files(context.settings) else { return nil }
        let identity: StreamIdentity
        do {
            identity = try StreamIdentity(files)
        } catch {
            throw DaemonError.unavailable("\(error) (options origin-tls-certificate, origin-tls-key, origin-tls-ca)")
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

    private static func files(_ settings: Settings) throws(SettingsError) -> StreamIdentity.Files? {
        let revoked = try settings.optionalString("origin-tls-revoked")
        let keys = ["origin-tls-certificate", "origin-tls-key", "origin-tls-ca"]
        let values = try keys.map { key throws(SettingsError) in try settings.optionalString(key) }
        if revoked == nil, values.allSatisfy({ $0 == nil }) { return nil }
        for (key, value) in zip(keys, values) where value == nil {
            throw settings.refuse(key, "is needed: \(keys.joined(separator: ", ")) go together")
        }
        let given = values.compactMap { $0 }
        return StreamIdentity.Files(certificate: given[0], key: given[1], authorities: given[2], revoked: revoked)
    }
}
