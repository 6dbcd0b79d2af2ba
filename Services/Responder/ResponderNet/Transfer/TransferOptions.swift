// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine
import Runtime
import ZoneStore

/// What can be told about zone transfers and notifications, and how it is read.
struct TransferOptions: Sendable, Hashable {
    /// The options.
    static let all: [DaemonOption] = [
        DaemonOption(
            "transfer-peers",
            .path,
            help:
                "File of the servers that may fetch zones, their keys, and where they hear of changes. Read again on SIGHUP."
        ),
        DaemonOption(
            "max-transfers",
            .integer(1...10_000),
            default: "32",
            help: "Zone transfers under way at once; others wait."
        ),
        DaemonOption(
            "notify-source",
            .list,
            help: "Local addresses that notifications come from, at most one of IPv4 and one of IPv6."
        ),
        DaemonOption(
            "notify-start-rate",
            .integer(0...100_000),
            default: "100",
            help: "Zones a second that each peer is notified of after the start; 0 notifies of changes only."
        ),
    ]

    /// The peers file; nil leaves transfers refused.
    var peersPath: String?
    /// Transfers under way at once.
    var maximum: Int
    /// Local addresses that notifications come from.
    var notifySources: [SocketAddress]
    /// Zones a second that each peer is told of at the start.
    var startRate: Int

    /// Reads the settings; an error names the option (exit status 64).
    init(_ settings: Settings) throws(SettingsError) {
        peersPath = try settings.optionalString("transfer-peers")
        maximum = try settings.integer("max-transfers")
        startRate = try settings.integer("notify-start-rate")
        var sources: [SocketAddress] = []
        for text in try settings.list("notify-source") {
            guard let address = try? SocketAddress(ipAddress: text, port: 0) else {
                throw settings.refuse("notify-source", "\"\(text)\" is not an IPv4 or IPv6 address")
            }
            guard !sources.contains(where: { $0.protocol == address.protocol }) else {
                throw settings.refuse("notify-source", "names more than one address of a family")
            }
            sources.append(address)
        }
        notifySources = sources
    }

    /// Puts transfers together, hands them to the engine and the streams, and gives back what has to run; nil when there
    /// is no peers file.
    ///
    /// Throws `SettingsError` for a peers file that cannot be used.
    func apply(
        to engine: inout ResponderConfiguration,
        store: ZoneStore,
        folder: String,
        context: DaemonContext
    ) async throws -> TransferWiring? {
        guard let peersPath else { return nil }
        let wiring: TransferWiring
        do {
            wiring = try await TransferWiring(
                self,
                peersPath: peersPath,
                store: store,
                folder: folder,
                context: context
            )
        } catch let error as TransferPeersError {
            throw context.settings.refuse("transfer-peers", "cannot be used: \(error)")
        }
        unsafe engine.signedQueries = wiring.transfers.signedQueryHandler
        return wiring
    }
}
