// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ZoneStore

/// The origin's side of one ZSP/1 connection, without I/O.
///
/// The shell feeds the consumer's lines (``receive(_:now:)``), asks what to do next (``nextStep(head:)``), and tells
/// what it sent. A thrown error ends the connection.
package struct OriginSession: Sendable {
    /// What the shell should do next.
    package enum Step: Sendable, Equatable {
        /// A consumer introduced itself: accept it (``accept()``) or end the connection.
        case admit(OriginNode)
        /// The consumer wants to follow: find the head, then ``begin(at:)``.
        case start
        /// Send the whole zone as `ZONE`, or `GONE`.
        case sendZone(String)
        /// Send the zones of these generations, as parts of a reconciliation.
        case sendZones([UInt64])
        /// List the zones of these buckets.
        case listBuckets([UInt8])
        /// Say that reports of counts are kept.
        case sendCounted(CountMark)
        /// Send entries after this position.
        case sendEntries(after: UInt64)
        /// Nothing, until a line is received or the head moves.
        case wait
    }

    /// What a line told that the source should hear of.
    package enum Report: Sendable, Equatable {
        case acknowledged(UInt64)
        /// Queries answered, to be kept; then ``recorded(_:)``.
        case counted(CountReport)
        case refused(position: UInt64, zone: String, ProtocolError)
        /// A relay tells of a node behind it.
        case node(NodeNews)
        /// A relay tells that a node behind it refused a zone.
        case nodeRefused(name: String, position: UInt64, zone: String, ProtocolError)
        /// The consumer goes by itself; with an error when something sent displeased it.
        case ended(ProtocolError?)
    }

    /// How the stream begins.
    package enum Beginning: Sendable, Equatable {
        case resume(from: UInt64)
        case snapshot
        /// The rest of a snapshot that was cut off.
        case restOfSnapshot(FollowRequest.SnapshotMark)
        /// A manifest, or a snapshot when the follower holds little of what is there.
        case manifest
    }

    /// What an origin offers to followers.
    package struct Offer: Sendable {
        /// Whether the source has a manifest.
        package var servesManifest: Bool
        /// Entries that are replayed at most to a follower that can reconcile instead.
        package var maximumReplay: UInt64

        /// An offer of these values.
        package init(servesManifest: Bool = false, maximumReplay: UInt64 = .max) {
            self.servesManifest = servesManifest
            self.maximumReplay = maximumReplay
        }
    }

    private enum Phase: Sendable, Equatable {
        case awaitingHello
        case admitting(OriginNode)
        case awaitingFollow
        case starting
        case snapshot
        case reconciling
        case live
    }

    /// How long data may stay unacknowledged without progress.
    package static let stallLimit = Duration.seconds(60)
    /// How long a consumer may be silent, or take to introduce itself.
    package static let silenceLimit = Duration.seconds(30)

    private var phase = Phase.awaitingHello
    private var isRelay = false
    /// The node behind the relay that the next report of counts is of.
    private var behalf: String?
    private var chunks = CreditWindow()
    private var positions = CreditWindow()
    private var wants: [String] = []
    private var listings: [[UInt8]] = []
    private var fetches: [UInt64] = []
    private var fetchedChunks: UInt64 = 0
    private var fetched: UInt64 = 0
    /// Reports of counts that are not kept yet, or not said to be.
    private var openCounts: [CountMark] = []
    /// Reports that are kept, and not yet said to be.
    private var kept: [CountMark] = []
    private var window = ProtocolLimits.defaultWindow
    private var acknowledged: UInt64 = 0
    private var lastHeard: Duration
    private var lastProgress: Duration
    /// What FOLLOW asked for.
    package private(set) var asked = FollowRequest(epoch: "", from: 0, window: ProtocolLimits.defaultWindow)
    /// The epoch that the positions sent belong to.
    package private(set) var epoch = ""
    /// The last position sent.
    package private(set) var sent: UInt64 = 0

    /// A session that begins at `now` of any monotonic clock.
    package init(now: Duration) {
        lastHeard = now
        lastProgress = now
    }

    /// Octets sent and not acknowledged.
    package var outstanding: Int { chunks.outstanding + positions.outstanding }
    /// Whether another message or chunk may be begun.
    package var hasCredit: Bool { outstanding < window }
    /// Octets after which a chunk of a snapshot is ended.
    package var chunkOctets: Int { window / 4 }
    /// Whether the stream was begun, in whatever way.
    private var streams: Bool { phase == .snapshot || phase == .reconciling || phase == .live }
    /// Whether entries may flow.
    package var isLive: Bool { phase == .live }

    /// Takes one line of the consumer, without its LF.
    package mutating func receive(_ line: [UInt8], now: Duration) throws(ProtocolError) -> Report? {
        lastHeard = now
        guard let message = try ClientMessage.parse(line) else { return nil }
        switch (message, phase) {
        case (.hello(let node), .awaitingHello):
            phase = .admitting(node)
            isRelay = node.role == "relay"
        case (.follow(let request), .awaitingFollow):
            asked = request
            window = min(
                max(request.window, ProtocolLimits.window.lowerBound),
                ProtocolLimits.window.upperBound
            )
            phase = .starting
        case (.manifest(let buckets), .reconciling):
            // A follower asks for the next when it has compared the last.
            guard listings.isEmpty else { throw ProtocolError(.slowDown, "a listing is under way already") }
            listings.append(buckets)
        case (.fetch(let generations), .reconciling):
            guard fetches.count + generations.count <= ProtocolLimits.fetches else {
                throw ProtocolError(.slowDown, "more than \(ProtocolLimits.fetches) generations asked for at once")
            }
            fetches += generations
        case (.adopt(let position), .reconciling):
            guard position == sent else {
                throw ProtocolError(.conflict, "ADOPT \(position): the manifest is of \(sent)")
            }
            phase = .live
            lastProgress = now
            acknowledged = position
            return .acknowledged(position)
        case (.acknowledge(let position, let chunk), _) where streams:
            return try acknowledge(position, chunk, now)
        case (.refuse(let position, let zone, let error), _) where streams:
            return .refused(position: position, zone: zone, error)
        case (.want(let zone), _) where streams:
            guard !wants.contains(zone) else { break }
            guard wants.count < ProtocolLimits.wants else {
                throw ProtocolError(.slowDown, "more than \(ProtocolLimits.wants) zones asked for at once")
            }
            wants.append(zone)
        case (.behalf, _) where !isRelay, (.node, _) where !isRelay, (.nodeRefused, _) where !isRelay:
            throw ProtocolError(.role, "only a relay has nodes behind it")
        case (.behalf(let node), _) where streams:
            behalf = node
        case (.node(let news), _) where streams:
            return .node(news)
        case (.nodeRefused(let name, let position, let zone, let error), _) where streams:
            return .nodeRefused(name: name, position: position, zone: zone, error)
        case (.count(var report), _) where streams:
            report.node = behalf
            behalf = nil
            guard openCounts.count < CountReport.window else {
                throw ProtocolError(.slowDown, "more than \(CountReport.window) reports of counts at once")
            }
            openCounts.append(CountMark(report))
            return .counted(report)
        case (.pong, _) where streams || phase == .awaitingFollow || phase == .starting:
            break
        case (.quit, _):
            return .ended(nil)
        case (.failure(let error), _):
            return .ended(error)
        default:
            throw ProtocolError(.syntax, "not expected now: \(message.line.prefix(60))")
        }
        return nil
    }

    private mutating func acknowledge(
        _ position: UInt64,
        _ chunk: UInt64?,
        _ now: Duration
    ) throws(ProtocolError) -> Report? {
        guard position <= sent, phase != .reconciling || position == 0 else {
            throw ProtocolError(.conflict, "ACK \(position): only positions up to \(sent) were sent")
        }
        var progress = positions.release(upTo: position)
        if let chunk {
            guard chunk <= chunks.lastMarker else {
                throw ProtocolError(.conflict, "ACK: only chunks up to \(chunks.lastMarker) were sent")
            }
            if chunks.release(upTo: chunk) { progress = true }
        }
        if progress { lastProgress = now }
        guard position > acknowledged else { return nil }
        acknowledged = position
        return .acknowledged(position)
    }

    /// What to do next, when the head is known to be `head`.
    package mutating func nextStep(head: UInt64) -> Step {
        switch phase {
        case .admitting(let node): return .admit(node)
        case .starting: return .start
        case .awaitingHello, .awaitingFollow, .snapshot: return .wait
        case .reconciling:
            if !kept.isEmpty { return .sendCounted(kept.removeFirst()) }
            if !wants.isEmpty { return .sendZone(wants.removeFirst()) }
            if !fetches.isEmpty {
                defer { fetches = [] }
                return .sendZones(fetches)
            }
            return listings.isEmpty ? .wait : .listBuckets(listings.removeFirst())
        case .live:
            if !kept.isEmpty { return .sendCounted(kept.removeFirst()) }
            if !wants.isEmpty { return .sendZone(wants.removeFirst()) }
            return sent < head && hasCredit ? .sendEntries(after: sent) : .wait
        }
    }

    /// The consumer may follow.
    package mutating func accept() {
        phase = .awaitingFollow
    }

    /// Begins the stream at an origin that stands at `head`. A position beyond the head is of a consumer that followed
    /// an origin further on: entries reach it when this one is as far.
    package mutating func begin(at head: OriginHead, _ offer: Offer = Offer()) -> Beginning {
        let reconciles = offer.servesManifest && (asked.zones ?? 0) > 0
        guard asked.epoch == head.epoch else { return beginAnew(reconciles) }
        if asked.from > 0, asked.from >= head.floor {
            let missing = head.head - min(asked.from, head.head)
            // An origin that is behind knows no better than the follower, until it is as far.
            let isBehind = asked.from > head.head
            if isBehind || !reconciles || (!asked.mends && missing <= offer.maximumReplay) {
                return resume(head)
            }
        } else if let mark = asked.snapshot, asked.from == 0, mark.position >= head.floor,
            mark.position <= head.head, head.head - mark.position <= offer.maximumReplay
        {
            phase = .snapshot
            return .restOfSnapshot(mark)
        }
        return beginAnew(reconciles)
    }

    private mutating func resume(_ head: OriginHead) -> Beginning {
        epoch = head.epoch
        sent = asked.from
        acknowledged = asked.from
        phase = .live
        return .resume(from: asked.from)
    }

    private mutating func beginAnew(_ reconciles: Bool) -> Beginning {
        phase = reconciles ? .reconciling : .snapshot
        return reconciles ? .manifest : .snapshot
    }

    /// Whether a manifest is worth it: a follower that holds next to nothing is served better by a snapshot.
    package mutating func prefersManifest(over zones: Int) -> Bool {
        if asked.mends || (asked.zones ?? 0) >= zones / 8 { return true }
        phase = .snapshot
        return false
    }

    /// The sums of a manifest were sent.
    package mutating func sentManifest(_ manifest: OriginManifest) {
        epoch = manifest.epoch
        sent = manifest.position
    }

    /// The number of the next chunk of zones fetched, and how many generations were dealt with at its end.
    package mutating func nextFetched(_ generations: Int) -> (chunk: UInt64, done: UInt64) {
        fetchedChunks += 1
        fetched += UInt64(generations)
        return (fetchedChunks, fetched)
    }

    /// A chunk of the snapshot, or of the zones fetched, was sent.
    package mutating func sentChunk(_ number: UInt64, octets: Int, now: Duration) {
        if outstanding == 0 { lastProgress = now }
        chunks.add(octets, marker: number)
    }

    /// The snapshot was sent; entries after its position follow.
    package mutating func endSnapshot(_ snapshot: OriginSnapshot) {
        epoch = snapshot.epoch
        sent = snapshot.position
        phase = .live
    }

    /// The reports of a run up to this one are kept.
    package mutating func recorded(_ mark: CountMark) {
        openCounts.removeAll { mark.covers($0) }
        kept.append(mark)
    }

    /// A zone that ``nextStep(head:)`` gave could not be read: it is to be sent later.
    package mutating func sendLater(_ zone: String) {
        if !wants.contains(zone) { wants.append(zone) }
    }

    /// Everything up to a position was sent, in so many octets.
    package mutating func sentEntry(upTo position: UInt64, octets: Int, now: Duration) {
        if outstanding == 0 { lastProgress = now }
        positions.add(octets, marker: position)
        sent = position
    }

    /// Ends consumers that are dead or stalled.
    package func check(now: Duration) throws(ProtocolError) {
        guard now - lastHeard <= Self.silenceLimit else {
            throw ProtocolError(.timeout, "nothing was received for \(Self.silenceLimit)")
        }
        guard outstanding == 0 || now - lastProgress <= Self.stallLimit else {
            throw ProtocolError(.timeout, "\(outstanding) octets are not acknowledged since \(Self.stallLimit)")
        }
    }
}
