// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Logging
import NIOPosix
import Runtime
import ServiceLifecycle
import ZoneStore
import ZoneSync

/// The zonewright-glue daemon in relay mode: no database, and no keys. It follows origins, or other relays, into a
/// replica, and serves others from it.
enum RelayDaemon {
    /// What it takes besides the options that it shares with an origin.
    static let options: [DaemonOption] = [
        DaemonOption(
            "upstream",
            .addressList,
            help:
                "Origins or relays to follow instead of a database, in the order in which they are tried: the daemon is "
                + "a relay."
        ),
        DaemonOption("replica-dir", .path, help: "Folder of a relay's zones; made if it is not there."),
        DaemonOption("site", help: "Name of the place that a relay stands at; told to the origin."),
        DaemonOption(
            "region",
            help: "Region of a relay's site: it holds and serves the zones as that region has them."
        ),
    ]

    /// Whether the settings ask for a relay.
    static func isWanted(_ settings: Settings) throws(SettingsError) -> Bool {
        try !settings.addresses("upstream").isEmpty
    }

    /// How the relay introduces itself to its upstreams.
    private static func node(_ settings: Settings, name: String) throws(SettingsError) -> OriginNode {
        var node = OriginNode(name: name, role: "relay", software: "zonewright-glue/\(BuildVersion.current)")
        node.site = try settings.optionalString("site") ?? ""
        node.region = try settings.optionalString("region") ?? ""
        for (key, value) in [("site", node.site), ("region", node.region)]
        where !value.isEmpty && !OriginNode.isValid(name: value) {
            throw settings.refuse(key, "a name is 1 to 63 letters, digits, '-', '_' or '.'")
        }
        return node
    }

    /// Makes the services. A folder in use or a listening address in use ends the daemon; an upstream that is away does
    /// not.
    static func services(_ context: DaemonContext, name: String) async throws -> [any Service] {
        let settings = context.settings
        let folder = try RelayFolder(
            try settings.string("replica-dir"),
            log: StreamLogLimits(entries: try settings.integer("log-entries")),
            logger: context.logger
        )
        let outbox = RelayOutbox()
        var following = FollowerClient.Configuration(
            node: try node(settings, name: name),
            upstreams: try settings.addresses("upstream").map {
                FollowerClient.Upstream(host: $0.host, port: $0.port)
            }
        )
        following.outbox = outbox
        // A log that cannot be read is what filling anew is for.
        let refused = (try? RefusedEntries.read(folder.store)) ?? [:]
        following.quarantined = refused.mapValues { _ in RefusedEntries.reason }
        let tls = try StreamTLSOptions.identity(context, relay: name)
        following.tls = tls
        let client = FollowerClient(configuration: following, store: folder.store, logger: context.logger)
        let thread = NIOThreadPool(numberOfThreads: 2)
        thread.start()
        let source = ReplicaOriginSource(
            store: folder.store,
            client: client,
            outbox: outbox,
            name: name,
            region: following.node.region,
            thread: thread
        )
        for (zone, position) in refused { source.consumers.note(zone, at: position, isRefused: true) }
        let server = try await GlueDaemon.bind(context, name: name, source: source, tls: tls)
        let relay = RelayService(
            folder: folder,
            client: client,
            source: source,
            outbox: outbox,
            server: server,
            thread: thread,
            readiness: context.readiness,
            logger: context.logger
        )
        relay.register(in: context.metrics)
        // Services end from the last to the first: consumers go before what they report has nobody to pass it on.
        return [relay, OriginServerService(server: server)]
    }
}
