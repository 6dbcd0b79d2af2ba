// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Synchronization
import ZoneStore

extension OriginConnection {
    /// Sends until the connection ends; a thrown ``ProtocolError`` is what to tell the consumer.
    func send(_ writer: OriginWriter) async throws {
        let head = try await readingSource { try await shared.source.head() }
        try await writer.write(.greeting(node: shared.nodeName, head: head, capabilities: shared.capabilities))
        try await writer.flush()
        var checkpointAt = OriginShared.now
        var checkpointed: UInt64?
        while true {
            switch session.withLock({ $0.nextStep(head: ceiling) }) {
            case .admit(let node):
                let introduced = try admit(node)
                try await writer.write(.helloAccepted(node: node.name))
                try await writer.flush()
                reporter.admit(introduced)
            case .start:
                try await start(writer)
            case .sendZone(let zone):
                try await sendZone(zone, writer)
            case .sendZones(let generations):
                try await sendZones(generations, writer)
            case .listBuckets(let buckets):
                try await list(buckets, writer)
            case .sendCounted(let mark):
                try await writer.write(.counted(mark))
                try await writer.flush()
                _ = await writer.takeOctets()
            case .sendEntries(let position):
                try await sendEntries(after: position, writer)
            case .wait:
                let (sent, isLive) = session.withLock { ($0.sent, $0.isLive) }
                let isDue = OriginShared.now - checkpointAt >= shared.checkpointInterval
                if isLive, isDue, sent != checkpointed {
                    checkpointAt = OriginShared.now
                    if try await sendCheckpoint(at: sent, writer) { checkpointed = sent }
                }
                try await signal.wait()
            }
        }
    }

    private func admit(_ node: OriginNode) throws(ProtocolError) -> OriginNode {
        if let admitted {
            try admitted.admit(node)
        } else if !isPeerLocal {
            throw ProtocolError(.unauthorised, "plain connections are for loopback only")
        }
        let introduced = try introduce(node)
        shared.registry.add(node.name, id: id)
        session.withLock { $0.accept() }
        logger.info("a consumer connected", metadata: ["node": "\(node.name)", "role": "\(node.role)"])
        return introduced
    }

    private func start(_ writer: OriginWriter) async throws {
        let head = try await readingSource { try await shared.source.head() }
        shared.feed.note(head)
        let seen = source.seen(head)
        switch session.withLock({ $0.begin(at: seen, shared.offer(of: source)) }) {
        case .resume(let position):
            reporter.add(.connected(epoch: seen.epoch, position: position))
            try await writer.write(.resume(epoch: seen.epoch, from: position, head: head.head))
            try await writer.flush()
            _ = await writer.takeOctets()
        case .snapshot:
            reporter.add(.connected(epoch: seen.epoch, position: 0))
            try await sendSnapshot(writer)
        case .restOfSnapshot(let mark):
            reporter.add(.connected(epoch: seen.epoch, position: 0))
            try await sendSnapshot(writer, after: mark)
        case .manifest:
            try await beginReconciliation(atLeast: seen, writer)
        }
    }

    /// All zones, or those behind the mark of a snapshot that was cut off: then the entries after its position follow.
    func sendSnapshot(_ writer: OriginWriter, after mark: FollowRequest.SnapshotMark? = nil) async throws {
        guard shared.takeSnapshotSlot() else {
            throw ProtocolError(.slowDown, "too many snapshots at once", retryMilliseconds: 1_000)
        }
        defer { shared.returnSnapshotSlot() }
        do {
            var snapshot = try await source.snapshot()
            if let mark {
                guard snapshot.epoch == session.withLock({ $0.asked.epoch }) else {
                    throw ProtocolError(.gone, "the epoch changed")
                }
                snapshot.position = mark.position
                snapshot.after = mark.after
            }
            logger.info(
                "a snapshot begins",
                metadata: [
                    "position": "\(snapshot.position)", "zones": "\(snapshot.zones)",
                    "after": "\(snapshot.after ?? 0)",
                ]
            )
            shared.statistics.note { values in
                values.snapshots += 1
                if mark != nil { values.resumedSnapshots += 1 }
            }
            try await writer.write(.snapshot(snapshot))
            try await writer.flush()
            _ = await writer.takeOctets()
            let sink = OriginSnapshotWriter(writer: writer, connection: self)
            try await source.readZones(after: mark?.after ?? 0, into: sink)
            try await sink.endChunk()
            try await writer.write(.snapshotEnd(position: snapshot.position))
            try await writer.flush()
            _ = await writer.takeOctets()
            session.withLock { $0.endSnapshot(snapshot) }
        } catch {
            try await endIfUnusable(writer, error)
            throw ProtocolError(.internalError, "the snapshot cannot be read", retryMilliseconds: 1_000)
        }
    }

    private func sendZone(_ zone: String, _ writer: OriginWriter) async throws {
        do {
            let sink = OriginZoneWriter(entry: nil, writer: writer)
            if try await !source.readZone(named: zone, into: sink) {
                try await writer.write(.gone(zone: zone))
            }
            try await writer.flush()
            _ = await writer.takeOctets()
        } catch {
            try await endIfUnusable(writer, error)
            session.withLock { $0.sendLater(zone) }
            try await signal.wait()
        }
    }

    private func sendEntries(after position: UInt64, _ writer: OriginWriter) async throws {
        do {
            let entries =
                if let kept = shared.feed.entries(after: position) {
                    kept
                } else {
                    try await shared.source.entries(after: position, limit: OriginFeed.page)
                }
            let (source, ceiling) = (source, ceiling)
            let seen = entries.prefix { $0.position <= ceiling }.map { source.seen($0) }
            for plan in EntryPlan.plan(seen) where session.withLock({ $0.hasCredit }) {
                try await send(plan, writer)
                let octets = await writer.takeOctets()
                session.withLock { $0.sentEntry(upTo: plan.lastPosition, octets: octets, now: OriginShared.now) }
            }
            try await writer.flush()
            if seen.isEmpty { try await signal.wait() }
        } catch OriginSourceError.belowFloor {
            throw ProtocolError(.gone, "the entries after \(position) are not kept any more")
        } catch {
            try await endIfUnusable(writer, error)
            try await writer.flush()
            try await signal.wait()
        }
    }

    private func send(_ plan: EntryPlan, _ writer: OriginWriter) async throws {
        switch plan {
        case .skip(let first, let last):
            try await writer.write(.skip(first: first, last: last))
        case .delete(let entry):
            try await writer.write(
                .delete(
                    position: entry.position,
                    zone: entry.zone,
                    generation: entry.generation,
                    version: entry.version
                )
            )
        case .difference(let entry, let base, let body):
            let message = ServerMessage.diff(
                position: entry.position,
                ZoneHeader(entry),
                base: base,
                removed: entry.removed,
                added: entry.added,
                lane: entry.lane
            )
            try await writer.write(message, body: body)
        case .whole(let entry):
            let sink = OriginZoneWriter(entry: (entry.position, entry.lane), writer: writer)
            if try await !source.readZone(named: entry.zone, into: sink) {
                // Deleted since: the entry that says so comes later.
                try await writer.write(.skip(first: entry.position, last: entry.position))
            }
        }
    }

    /// The set hash goes out only where it is exact: everything up to its position is sent, and no zone was read at a
    /// newer state since it was computed.
    private func sendCheckpoint(at position: UInt64, _ writer: OriginWriter) async throws -> Bool {
        guard position == shared.feed.head, let checkpoint = await shared.checkpoint(at: position, from: source) else {
            return false
        }
        try await writer.write(.checkpoint(checkpoint))
        try await writer.flush()
        _ = await writer.takeOctets()
        return true
    }

    /// A failure of the source ends the connection only where half a message was written.
    func endIfUnusable(_ writer: OriginWriter, _ error: any Error) async throws {
        if error is CancellationError { throw error }
        if error is ProtocolError { throw error }
        if await writer.isBroken { throw error }
        // The feed's own reads tell the operator when the source is away.
        logger.debug("cannot read the stream's source", metadata: ["error": "\(error)"])
        if try await writer.abandon() {
            throw ProtocolError(.internalError, "a zone could not be read to its end", retryMilliseconds: 1_000)
        }
    }

    func readingSource<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            logger.debug("cannot read the stream's source", metadata: ["error": "\(error)"])
            throw ProtocolError(.draining, "the origin cannot read its source", retryMilliseconds: 1_000)
        }
    }
}
