// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import Synchronization

/// What all connections of an origin server use together.
final class OriginShared: Sendable {
    let source: any OriginSource
    let feed: OriginFeed
    let registry: OriginRegistry
    let nodeName: String
    let logger: Logger
    let checkpointInterval: Duration
    let statistics = OriginStatistics()
    private let maximumReplay: UInt64
    private let snapshots: Mutex<Int>

    init(
        source: any OriginSource,
        feed: OriginFeed,
        registry: OriginRegistry,
        nodeName: String,
        maximumSnapshots: Int,
        maximumReplay: UInt64,
        checkpointInterval: Duration,
        logger: Logger
    ) {
        self.source = source
        self.feed = feed
        self.registry = registry
        self.nodeName = nodeName
        self.logger = logger
        self.maximumReplay = maximumReplay
        self.checkpointInterval = checkpointInterval
        snapshots = Mutex(maximumSnapshots)
    }

    /// What consumers of a view are offered.
    func offer(of source: any OriginSource) -> OriginSession.Offer {
        OriginSession.Offer(servesManifest: source.servesManifest, maximumReplay: maximumReplay)
    }

    /// The words of the greeting.
    var capabilities: [String] {
        [OriginCapability.diff] + (source.recordsCounts ? [OriginCapability.count] : [])
            + (source.servesManifest ? [OriginCapability.manifest] : []) + [OriginCapability.nodes]
    }

    /// A monotonic clock, from an arbitrary beginning.
    static var now: Duration { .nanoseconds(Int64(clamping: NIODeadline.now().uptimeNanoseconds)) }

    /// Whether an address is this machine's own: plain connections are for these only.
    static func isLoopback(_ address: SocketAddress) -> Bool {
        switch address {
        case .v4: address.ipAddress?.hasPrefix("127.") ?? false
        case .v6: address.ipAddress == "::1"
        case .unixDomainSocket: true
        }
    }

    /// Whether another snapshot may begin now.
    func takeSnapshotSlot() -> Bool {
        snapshots.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
    }

    func returnSnapshotSlot() {
        snapshots.withLock { $0 += 1 }
    }

    /// A view's set hash, when it is of this position.
    func checkpoint(at position: UInt64, from source: any OriginSource) async -> OriginCheckpoint? {
        guard let checkpoint = try? await source.checkpoint(), checkpoint.position == position else { return nil }
        return checkpoint
    }
}
