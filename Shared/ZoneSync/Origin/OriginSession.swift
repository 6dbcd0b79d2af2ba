// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

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
        /// The consumer goes by itself; with an error when something sent displeased it.
        case ended(ProtocolError?)
    }

    /// How the stream begins.
    package enum Beginning: Sendable, Equatable {
        case resume(from: UInt64)
        case snapshot
    }

    private enum Phase: Sendable, Equatable {
        case awaitingHello
        case admitting(OriginNode)
        case awaitingFollow
        case starting
        case snapshot
        case live
    }

    /// How long data may stay unacknowledged without progress.
    package static let stallLimit = Duration.seconds(60)
    /// How long a consumer may be silent, or take to introduce itself.
    package static let silenceLimit = Duration.seconds(30)

    private var phase = Phase.awaitingHello
    private var chunks = CreditWindow()
    private var positions = CreditWindow()
    private var wants: [String] = []
    /// Reports of counts that are not kept yet, or not said to be.
    private var openCounts: [CountMark] = []
    /// Reports that are kept, and not yet said to be.
    private var kept: [CountMark] = []
    private var window = ProtocolLimits.defaultWindow
    private var acknowledged: UInt64 = 0
    private var lastHeard: Duration
    private var lastProgress: Duration
    /// The epoch and position that FOLLOW named.
    package private(set) var asked: (epoch: String, from: UInt64) = ("", 0)
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
    /// Whether entries may flow.
    package var isLive: Bool { phase == .live }

    /// Takes one line of the consumer, without its LF.
    package mutating func receive(_ line: [UInt8], now: Duration) throws(ProtocolError) -> Report? {
        lastHeard = now
        guard let message = try ClientMessage.parse(line) else { return nil }
        switch (message, phase) {
        case (.hello(let node), .awaitingHello):
            phase = .admitting(node)
        case (.follow(let epoch, let from, let window), .awaitingFollow):
            asked = (epoch, from)
            self.window = min(
                max(window, ProtocolLimits.window.lowerBound),
                ProtocolLimits.window.upperBound
            )
            phase = .starting
        case (.acknowledge(let position, let chunk), .snapshot), (.acknowledge(let position, let chunk), .live):
            return try acknowledge(position, chunk, now)
        case (.refuse(let position, let zone, let error), .snapshot),
            (.refuse(let position, let zone, let error), .live):
            return .refused(position: position, zone: zone, error)
        case (.want(let zone), .snapshot), (.want(let zone), .live):
            guard !wants.contains(zone) else { break }
            guard wants.count < ProtocolLimits.wants else {
                throw ProtocolError(.slowDown, "more than \(ProtocolLimits.wants) zones asked for at once")
            }
            wants.append(zone)
        case (.count(let report), .snapshot), (.count(let report), .live):
            guard openCounts.count < CountReport.window else {
                throw ProtocolError(.slowDown, "more than \(CountReport.window) reports of counts at once")
            }
            openCounts.append(CountMark(run: report.run, sequence: report.sequence))
            return .counted(report)
        case (.pong, .awaitingFollow), (.pong, .starting), (.pong, .snapshot), (.pong, .live):
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
        guard position <= sent else {
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
    package mutating func begin(at head: OriginHead) -> Beginning {
        guard asked.epoch == head.epoch, asked.from > 0, asked.from >= head.floor else {
            phase = .snapshot
            return .snapshot
        }
        epoch = head.epoch
        sent = asked.from
        acknowledged = asked.from
        phase = .live
        return .resume(from: asked.from)
    }

    /// A chunk of the snapshot was sent.
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
        openCounts.removeAll { $0.run == mark.run && $0.sequence <= mark.sequence }
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
