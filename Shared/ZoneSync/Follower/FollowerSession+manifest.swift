// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore

extension FollowerSession {
    /// Octets that an entry of a listing counts for until it was compared.
    private static let memberOctets = 128

    /// Begins to compare what is held with the origin's manifest.
    mutating func beginReconciliation(
        epoch: String,
        position: UInt64,
        zones: Int,
        _ message: ServerMessage
    ) throws(ProtocolError) {
        guard reconciles else { throw unexpected(message) }
        guard zones > 0 else { throw emptyOrigin() }
        // A position of this epoch stays true whatever is mended; one of another epoch means nothing from now on.
        let kept =
            start.position.flatMap { $0.epoch == epoch ? $0 : nil } ?? StreamPosition(epoch: epoch, position: 0)
        manifest = ManifestProgress(epoch: epoch, position: position, zones: zones, kept: kept)
        self.epoch = epoch
        durable = kept.position
        received = durable
        status.epoch = epoch
        status.position = durable
        // Every zone that differs is judged anew.
        status.quarantined = [:]
        status.reconciliations += 1
        status.head = max(status.head, position)
        phase = .reconciling
    }

    /// A message of a reconciliation.
    mutating func receiveReconciliation(_ message: ServerMessage) throws(ProtocolError) {
        guard var progress = manifest else { throw unexpected(message) }
        switch message {
        case .ping(let time, let head):
            ping(time: time, head: head)
            return
        case .zone(let header, _):
            try openBody(message, header, .whole, isDuplicate: false)
            return
        case .gone(let zone):
            unresolved[zone] = nil
            return
        case .bucket(let index, let bucket):
            guard progress.stage == .sums, Int(index) == progress.sums, bucket.zones >= 0 else {
                throw unexpected(message)
            }
            progress.buckets[index] = bucket
            progress.sums += 1
            if progress.sums == ManifestBuckets.count { try checkSums(&progress) }
        case .member(let entry):
            guard progress.stage == .listing, !progress.isListed else { throw unexpected(message) }
            progress.listed.append(
                ManifestMember(
                    name: try Self.name(entry.zone),
                    generation: entry.generation,
                    version: entry.version,
                    hash: entry.hash
                )
            )
            progress.count += 1
            guard progress.count <= 2 * progress.announced + ManifestReconciliation.groupZones else {
                throw ProtocolError(.conflict, "many more zones are listed than were announced")
            }
            pendingOctets += Self.memberOctets
        case .listed(let zones):
            guard progress.stage == .listing, !progress.isListed, zones == progress.count else {
                throw unexpected(message)
            }
            guard zones > 0 || progress.announced == 0 else {
                throw ProtocolError(.conflict, "nothing was listed of buckets that are not empty")
            }
            progress.isListed = true
        case .fetched(let chunk, let done):
            guard chunk == progress.chunk + 1, progress.done <= done, done <= progress.asked else {
                throw unexpected(message)
            }
            progress.chunk = chunk
            progress.done = done
            manifest = progress
            fetch()
            return
        default:
            throw unexpected(message)
        }
        manifest = progress
    }

    /// The sums of all buckets are there.
    private func checkSums(_ progress: inout ManifestProgress) throws(ProtocolError) {
        var sum = 0
        for index in 0...UInt8.max {
            let (total, overflows) = sum.addingReportingOverflow(progress.buckets[index].zones)
            guard !overflows else { throw ProtocolError(.syntax, "BUCKET: more zones than there can be") }
            sum = total
        }
        guard sum == progress.zones else {
            throw ProtocolError(.conflict, "the buckets have \(sum) zones, announced were \(progress.zones)")
        }
        progress.stage = .comparing
    }

    /// Asks for zones that are missing, as many as may be open.
    mutating func fetch() {
        guard var progress = manifest else { return }
        while !progress.missing.isEmpty, progress.asked - progress.done < UInt64(ManifestProgress.fetchesOpen) {
            let generations = Array(progress.missing.suffix(ManifestProgress.fetchLine))
            progress.missing.removeLast(generations.count)
            progress.asked += UInt64(generations.count)
            outgoing.append(.fetch(generations: generations))
        }
        manifest = progress
    }

    /// The next step for the replica's thread; nil when something has to come in first.
    mutating func takeManifestBatch() -> FollowerBatch? {
        guard var progress = manifest else { return nil }
        if progress.isGroupFetched, pending.isEmpty, unresolved.isEmpty {
            progress.groups.removeFirst()
            progress.stage = .gathering
        }
        var position = progress.kept
        var operations: [FollowerOperation] = []
        let step: ManifestStep
        switch progress.stage {
        case .comparing:
            step = .compare(progress.buckets)
        case .gathering:
            if let group = progress.groups.first {
                step = .gather(group)
            } else {
                step = .adopt
                progress.stage = .adopting
                position = StreamPosition(epoch: progress.epoch, position: progress.position)
            }
        case .listing, .fetching:
            let isLast = progress.stage == .listing && progress.isListed
            guard isLast || !progress.listed.isEmpty || !pending.isEmpty || progress.chunk > progress.handedOutChunk
            else { return nil }
            step = .match(progress.listed, isLast: isLast)
            progress.listed = []
            progress.handedOutChunk = progress.chunk
            if isLast { progress.stage = .fetching }
            operations = pending
            pending = []
        case .sums, .adopting:
            return nil
        }
        manifest = progress
        return FollowerBatch(
            mode: .manifest(step),
            operations: operations,
            epoch: position.epoch,
            position: position.position,
            exhausted: [],
            snapshot: position.snapshot
        )
    }

    /// A step is done.
    mutating func finishedStep(_ outcome: ManifestOutcome?) {
        guard var progress = manifest else { return }
        if progress.handedOutChunk > progress.acknowledgedChunk {
            progress.acknowledgedChunk = progress.handedOutChunk
            outgoing.append(.acknowledge(position: 0, chunk: progress.acknowledgedChunk))
        }
        switch outcome {
        case .compared(let groups)?:
            progress.groups = groups
            progress.stage = .gathering
        case .gathered?:
            progress.stage = .listing
            progress.isListed = false
            progress.count = 0
            outgoing.append(.manifest(buckets: progress.groups.first ?? []))
        case .matched(let missing, let conflicts)?:
            progress.missing += missing
            // Of another epoch, which that of another region is as well, a version may well have other contents.
            if progress.kept.position > 0 { status.conflicts += UInt64(conflicts) }
            manifest = progress
            fetch()
            return
        case .adopted?:
            manifest = nil
            durable = progress.position
            received = durable
            status.position = durable
            status.isLive = true
            phase = .live
            outgoing.append(.adopt(position: durable))
            return
        case nil:
            break
        }
        manifest = progress
    }
}
