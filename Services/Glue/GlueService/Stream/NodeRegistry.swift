// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Logging
import Synchronization
import ZoneSync

/// Gathers what consumers report and writes it down in one statement for all, at most every 50 ms.
package final class NodeRegistry: Sendable {
    /// How long reports gather.
    private static let interval = Duration.milliseconds(50)
    /// How often a connected consumer is written down although nothing is new.
    private static let heartbeat = Duration.seconds(10)

    private struct State {
        /// The newest report of each consumer that is connected.
        var connected: [String: NodeStore.Report] = [:]
        /// Reports to be written.
        var dirty: [String: NodeStore.Report] = [:]
    }

    /// How often the quarantine is looked at although nobody acknowledged anything: other origins write there too.
    private static let settling = Duration.seconds(1)

    private let store: NodeStore
    private let refusals: RefusalBook
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - store: Takes the positions.
    ///   - quarantine: Takes the refusals.
    package init(store: NodeStore, quarantine: QuarantineStore, logger: Logger) {
        self.store = store
        refusals = RefusalBook(store: quarantine)
        self.logger = logger
    }

    /// Takes an event; returns at once.
    func take(_ event: OriginNodeEvent, from node: OriginNode) {
        switch event {
        case .connected(let epoch, let position), .acknowledged(let epoch, let position):
            if case .acknowledged = event, isElsewhere(node) { return }
            if case .connected(_, 0) = event { refusals.begin(node.name) }
            var report = report(node, epoch: epoch, position: Int64(clamping: position), isConnected: true)
            if case .connected = event { report.isNew = true }
            note(report)
        case .disconnected:
            state.withLock { state in
                // One that went from a relay to another place is told of by both, in whatever order.
                guard let last = state.connected[node.name], last.via == node.via else { return }
                state.connected[node.name] = nil
                let gone = report(node, epoch: last.epoch, position: last.position, isConnected: false)
                state.dirty[node.name] = gone
            }
        case .refused(let position, let zone, let code, let reason):
            let refusal = QuarantineStore.Refusal(
                node: node.name,
                zoneName: DistributionName.stored(zone),
                position: Int64(clamping: position),
                code: Int32(clamping: code),
                reason: reason
            )
            guard refusals.refuse(refusal) else { return }
            logger.warning(
                "a node refused a zone and keeps serving the version before",
                metadata: [
                    "node": "\(node.name)", "zone": "\(zone)", "position": "\(position)", "code": "\(code)",
                    "reason": "\(reason)",
                ]
            )
        }
    }

    /// Whether a consumer is connected by another way than this: a relay that it has left may not have noticed yet.
    private func isElsewhere(_ node: OriginNode) -> Bool {
        state.withLock { state in state.connected[node.name].map { $0.via != node.via } ?? false }
    }

    /// Consumers connected to this origin itself.
    package var connectedCount: Int { state.withLock { $0.connected.values.filter(\.via.isEmpty).count } }

    /// Consumers behind relays that are connected to this origin.
    package var behindCount: Int { state.withLock { $0.connected.values.filter { !$0.via.isEmpty }.count } }

    /// Writes until cancelled; then marks this origin's consumers as disconnected.
    ///
    /// - Parameter written: Called when something new was written.
    package func run(written: @Sendable () -> Void = {}) async {
        var isFresh = true
        var lastHeartbeat = ContinuousClock.now
        var lastSettled: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                if isFresh {
                    try await store.disconnectAll()
                    isFresh = false
                }
                if ContinuousClock.now - lastHeartbeat >= Self.heartbeat {
                    lastHeartbeat = .now
                    state.withLock { state in state.dirty.merge(state.connected) { dirty, _ in dirty } }
                }
                let isNews = try await flush()
                if isNews { written() }
                if isNews && refusals.settlesAtOnce || lastSettled.map({ .now - $0 >= Self.settling }) ?? true {
                    lastSettled = .now
                    try await settle()
                }
            } catch {
                logger.debug("cannot write down the nodes' positions", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: Self.interval)
        }
        // A task of its own, since this one is cancelled; it ends with the statement or its deadline.
        await Task { [store] in try? await store.disconnectAll() }.value
    }

    private func settle() async throws {
        for (zone, node) in try await refusals.settle() {
            logger.notice("a zone has left the quarantine", metadata: ["zone": "\(zone)", "node": "\(node)"])
        }
    }

    /// Writes what has gathered; returns whether there was any.
    private func flush() async throws -> Bool {
        let reports = state.withLock { state in
            defer { state.dirty = [:] }
            return state.dirty
        }
        do {
            // After the reports were taken: an acknowledgement never gets there before a refusal that came first.
            try await refusals.flush()
            guard !reports.isEmpty else { return false }
            try await store.write(Array(reports.values))
            return true
        } catch {
            // Newer ones may have come meanwhile.
            state.withLock { state in
                state.dirty.merge(reports) { newer, older in
                    var newer = newer
                    newer.isNew = newer.isNew || older.isNew
                    return newer
                }
            }
            throw error
        }
    }

    private func note(_ report: NodeStore.Report) {
        state.withLock { state in
            var report = report
            report.isNew = report.isNew || state.dirty[report.name]?.isNew ?? false
            state.dirty[report.name] = report
            report.isNew = false
            state.connected[report.name] = report
        }
    }

    private func report(
        _ node: OriginNode,
        epoch: String,
        position: Int64,
        isConnected: Bool
    ) -> NodeStore.Report {
        NodeStore.Report(
            name: node.name,
            role: node.role,
            software: node.software,
            // Without the region: the positions are the same in all.
            epoch: RegionalEpoch.base(of: epoch),
            position: position,
            isConnected: isConnected,
            via: node.via,
            site: node.site,
            region: node.region,
            address: node.address
        )
    }
}
