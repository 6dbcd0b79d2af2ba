// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
package import DNSWire
import ZoneStore

extension FollowerSession {
    /// How often a zone is asked for before it is left as it is.
    static let attempts = 3

    /// Everything received and not yet applied, as one batch; nil while a batch is in flight or nothing is to be done.
    package mutating func takeBatch() -> FollowerBatch? {
        guard inFlight == nil else { return nil }
        let batch =
            if manifest != nil {
                takeManifestBatch()
            } else {
                snapshot == nil ? takeLive() : takeSnapshot()
            }
        if batch != nil {
            inFlight = batch
            inFlightOctets = pendingOctets
        }
        return batch
    }

    /// The position of the message whose body is still coming in.
    private var openPosition: UInt64? {
        guard let open, !open.isDuplicate else { return nil }
        return switch open.message {
        case .put(let position, _, _, _), .diff(let position, _, _, _, _, _): position
        default: nil
        }
    }

    private mutating func takeLive() -> FollowerBatch? {
        // `received` counts a message from its first line; a body that is still open must not be acknowledged.
        let held = (unresolved.values.compactMap(\.position) + [openPosition].compactMap(\.self)).min()
        let position = held.map { min($0 - 1, received) } ?? received
        guard !pending.isEmpty || position > durable else { return nil }
        defer { pending = [] }
        return FollowerBatch(
            mode: .live,
            operations: pending,
            epoch: epoch,
            position: max(position, durable),
            exhausted: Set(unresolved.filter { $0.value.attempts >= Self.attempts }.keys)
        )
    }

    private mutating func takeSnapshot() -> FollowerBatch? {
        guard var progress = snapshot else { return nil }
        // Entries after END do not belong to it; zones of it that had to be asked for again come among them.
        let operations = pending.filter { $0.position == nil }
        let isNews = !operations.isEmpty || progress.chunk > progress.handedOutChunk
        // It is complete when every zone was applied or refused.
        let isLast = progress.isComplete && !isNews && unresolved.isEmpty
        guard isNews || isLast else { return nil }
        pending.removeAll { $0.position == nil }
        let mark = progress.after > 0 ? progress.after : nil
        let batch = FollowerBatch(
            mode: .snapshot(
                FollowerBatch.SnapshotPart(
                    isFirst: progress.isFirst,
                    isLast: isLast,
                    begin: progress.offer.after ?? 0,
                    chunks: progress.chunks
                )
            ),
            operations: operations,
            epoch: progress.offer.epoch,
            position: isLast ? progress.offer.position : 0,
            exhausted: [],
            snapshot: isLast ? nil : mark.map { .init(position: progress.offer.position, after: $0) }
        )
        progress.isFirst = false
        progress.chunks = []
        progress.handedOutChunk = progress.chunk
        snapshot = progress
        return batch
    }

    /// Takes the result of the batch in flight.
    package mutating func finished(_ result: FollowerBatchResult) throws(ProtocolError) {
        guard let batch = inFlight else { return }
        inFlight = nil
        pendingOctets -= inFlightOctets
        inFlightOctets = 0
        for (operation, outcome) in zip(batch.operations, result.outcomes) { judge(operation, outcome) }
        status.zones = result.zones
        status.setHash = result.setHash
        switch batch.mode {
        case .live: acknowledge(result.position)
        case .snapshot(let part): acknowledge(part, result.position)
        case .manifest: finishedStep(result.manifest)
        }
        try compareCheckpoint()
    }

    private mutating func acknowledge(_ position: UInt64) {
        guard position > durable else { return }
        durable = position
        status.position = position
        outgoing.append(.acknowledge(position: position, chunk: nil))
    }

    private mutating func acknowledge(_ part: FollowerBatch.SnapshotPart, _ position: UInt64) {
        guard let progress = snapshot else { return }
        if part.isLast {
            snapshot = nil
            durable = position
            status.position = position
            outgoing.append(.acknowledge(position: position, chunk: progress.handedOutChunk))
        } else if progress.handedOutChunk > 0 {
            outgoing.append(.acknowledge(position: 0, chunk: progress.handedOutChunk))
        }
    }

    private mutating func judge(_ operation: FollowerOperation, _ outcome: ZoneOutcome) {
        let zone = operation.zone
        let position = operation.position ?? unresolved[zone]?.newest ?? refusalPosition
        switch outcome {
        case .applied:
            status.applied += 1
            if manifest != nil { status.reconciled += 1 }
            unresolved[zone] = nil
            askedToMend.remove(zone)
            status.quarantined[zone] = nil
        case .unchanged:
            unresolved[zone] = nil
            // A zone that was never taken has gone.
            if case .delete = operation.operation { status.quarantined[zone] = nil }
        case .baseMismatch:
            askAgain(zone, position: operation.position, ProtocolError(.conflict, "the base version is not held"))
        case .hashMismatch:
            askAgain(zone, position: operation.position, ProtocolError(.hashMismatch, "the hash of the result differs"))
        case .refused(let reason):
            let error = ProtocolError(.invalidZone, "\(reason)")
            if operation.isWhole {
                quarantine(zone, position: position, error)
            } else {
                askAgain(zone, position: operation.position, error)
            }
        }
    }

    /// How many zones whose data is damaged are asked for at once: a part of what the protocol allows.
    static let mendingLimit = 256

    /// Asks for zones whose data is damaged, each once until it has come.
    package mutating func mend(_ zones: [Name]) {
        guard phase == .live else { return }
        for name in zones {
            guard unresolved.count < Self.mendingLimit else { return }
            let zone = name.lowercased().text
            guard unresolved[zone] == nil, askedToMend.insert(zone).inserted else { continue }
            unresolved[zone] = Unresolved(position: nil, attempts: 1, isAsked: true)
            outgoing.append(.want(zone: zone))
        }
    }

    /// Asks for the whole zone; after a few attempts leaves it as it is.
    mutating func askAgain(_ zone: String, position: UInt64?, _ error: ProtocolError) {
        var entry = unresolved[zone] ?? Unresolved(position: position, attempts: 0, isAsked: false)
        let isAnswer = position == nil
        if let position {
            entry.position = entry.position.map { min($0, position) } ?? position
            entry.newest = max(entry.newest ?? 0, position)
        }
        if isAnswer { entry.isAsked = false }
        guard !entry.isAsked else {
            // The answer under way will hold this change as well.
            unresolved[zone] = entry
            return
        }
        guard entry.attempts < Self.attempts else {
            quarantine(zone, position: entry.newest ?? refusalPosition, error)
            return
        }
        entry.attempts += 1
        entry.isAsked = true
        unresolved[zone] = entry
        outgoing.append(.want(zone: zone))
    }

    /// What a refusal names where no entry of the stream brought the zone.
    var refusalPosition: UInt64 { manifest?.position ?? snapshot?.offer.position ?? received }

    /// Leaves the zone as it is held, tells the origin, and lets the stream go on.
    mutating func quarantine(_ zone: String, position: UInt64, _ error: ProtocolError) {
        unresolved[zone] = nil
        status.refused += 1
        status.quarantined[zone] = error.description
        outgoing.append(.refuse(position: position, zone: zone, error))
    }

    /// Compares the set hash when everything up to the checkpoint, and nothing after it, is applied.
    mutating func compareCheckpoint() throws(ProtocolError) {
        guard let expected = checkpoint, inFlight == nil, pending.isEmpty, snapshot == nil, manifest == nil else {
            return
        }
        guard received == expected.position else {
            checkpoint = nil
            return
        }
        guard durable == expected.position else { return }
        checkpoint = nil
        guard status.quarantined.isEmpty, unresolved.isEmpty else { return }
        guard status.setHash != expected.setHash || status.zones != expected.zones else {
            status.verified = expected
            status.agreements += 1
            return
        }
        status.mismatches += 1
        guard start.mayAskForMending(originReconciles) else { return }
        asksForMending = true
        throw ProtocolError(
            .conflict,
            "the set hash at position \(expected.position) differs (\(status.zones) zones here, "
                + "\(expected.zones) at the origin)"
        )
    }
}
