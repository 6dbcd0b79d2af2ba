// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOPosix
import ResponderEngine
import Runtime
import ServiceLifecycle
import ZoneStore

/// Zone transfers of a responder, put together: who may have which zones, and who hears of changes.
struct TransferWiring {
    /// Answers transfers over streams; also makes the engine's `SignedQueryHandler`.
    let transfers: TransferService
    /// Runs transfers on threads of their own, for the streams' configuration.
    let runner: TransferRunner
    /// To be run with the other services.
    let notify: NotifyService

    /// Reads the peers file and registers metrics and reloads.
    ///
    /// Throws `TransferPeersError` for a peers file that cannot be used.
    init(
        _ options: TransferOptions,
        peersPath: String,
        store: ZoneStore,
        folder: String,
        context: DaemonContext
    ) async throws {
        let policy = try TransferPolicy(path: peersPath)
        let counters = TransferCounters()
        counters.register(in: context.metrics)
        let catalogs = Catalogs(
            store: store,
            memory: CatalogMemory(path: folder + "/catalogs"),
            logger: context.logger
        )
        try await NIOThreadPool.singleton.runIfActive { try catalogs.keep(policy.peers.catalogKeys) }
        transfers = TransferService(
            store: store,
            policy: policy,
            catalogs: catalogs,
            counters: counters,
            logger: context.logger
        )
        runner = TransferRunner(transfers, maximum: options.maximum)
        let notify = try await NotifyService(
            store: store,
            policy: policy,
            catalogs: catalogs,
            counters: counters,
            sources: options.notifySources,
            sweepRate: options.startRate,
            logger: context.logger
        )
        self.notify = notify
        store.observeChanges { zones in
            notify.changed(catalogs.changed(zones) + zones.filter { $0.serial != nil }.map(\.name))
        }
        context.reloads.register("transfer-peers", watching: [policy.path] + policy.peers.keyFiles) {
            try policy.reload()
            try await NIOThreadPool.singleton.runIfActive { try catalogs.keep(policy.peers.catalogKeys) }
            notify.peersChanged()
        }
        let peers = policy.peers
        context.logger.info(
            "zone transfers",
            metadata: ["peers": "\(peers.peers.count)", "notified": "\(peers.notifyTargets.count)"]
        )
    }
}
