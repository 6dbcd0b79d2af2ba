// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
package import ZoneStore

/// The follower's side of one ZSP/1 connection, without I/O.
///
/// The shell feeds lines (``receive(_:)``) and results of applied batches (``finished(_:)``), and after each takes what
/// is to be sent (``takeOutgoing()``) and, when no batch is being applied, what is to be applied next
/// (``takeBatch()``). A thrown error ends the connection; what was not handed out as a batch has then no effect.
package struct FollowerSession: Sendable {
    /// What the session starts from.
    package struct Start: Sendable {
        /// How the follower introduces itself.
        package var node: OriginNode
        /// Unacknowledged octets offered to the origin.
        package var window: Int
        /// What the replica holds; nil when it never followed anything.
        package var position: StreamPosition?
        /// Zones held.
        package var zones: Int
        /// The set hash of the zones held.
        package var setHash: Hash256
        /// Take a snapshot and make the replica equal to it, whatever its versions.
        package var mends: Bool
        /// Whether a checkpoint that differs may ask for mending now, by manifest or else by a snapshot.
        package var mayAskForMending: @Sendable (_ byManifest: Bool) -> Bool
        /// What the connection before left: its counters and quarantined zones are carried on.
        package var previous: FollowerStatus

        /// What a session starts from, with the usual choices for the rest.
        package init(
            node: OriginNode,
            window: Int = ProtocolLimits.defaultWindow,
            position: StreamPosition?,
            zones: Int,
            setHash: Hash256,
            mends: Bool = false,
            mayAskForMending: @escaping @Sendable (_ byManifest: Bool) -> Bool = { _ in true },
            previous: FollowerStatus = FollowerStatus()
        ) {
            self.node = node
            self.window = window
            self.position = position
            self.zones = zones
            self.setHash = setHash
            self.mends = mends
            self.mayAskForMending = mayAskForMending
            self.previous = previous
        }
    }

    enum Phase: Sendable, Equatable {
        case awaitingGreeting
        case awaitingHello
        case awaitingStart
        case snapshot
        case reconciling
        case live
    }

    /// A message whose body is being received.
    struct OpenMessage: Sendable {
        var message: ServerMessage
        var header: ZoneHeader
        var name: Name
        var body: BodyAssembler
        /// Read to its end and dropped: the position was seen before.
        var isDuplicate: Bool
    }

    /// A zone that was asked for, or is about to be.
    struct Unresolved: Sendable, Equatable {
        /// The earliest position that is not fulfilled while the zone is missing; nil when none depends on it.
        var position: UInt64?
        /// The newest position that depends on it: what a refusal names.
        var newest: UInt64?
        var attempts: Int
        var isAsked: Bool
    }

    let start: Start
    var phase = Phase.awaitingGreeting
    var open: OpenMessage?
    var outgoing: [ClientMessage] = []
    var pending: [FollowerOperation] = []
    /// The snapshot being received, until its last part was handed out.
    var snapshot: SnapshotProgress?
    /// The reconciliation under way.
    var manifest: ManifestProgress?
    var inFlight: FollowerBatch?
    var unresolved: [String: Unresolved] = [:]
    /// Zones that were asked for because their data is damaged.
    var askedToMend: Set<String> = []
    var epoch: String
    /// The last position received.
    var received: UInt64
    /// The last position durable, and acknowledged.
    var durable: UInt64
    var checkpoint: OriginCheckpoint?
    /// Octets of bodies that were received and are not yet applied.
    package internal(set) var pendingOctets = 0
    var inFlightOctets = 0
    /// Where the follower stands, for people and metrics.
    package internal(set) var status: FollowerStatus
    /// Whether the origin takes reports of counts.
    private var originCounts = false
    /// Whether the origin hears of the nodes behind a relay.
    private var originTakesNodes = false
    /// Whether the origin has a manifest.
    private(set) var originReconciles = false
    /// Reports that the origin has kept, until the shell takes them.
    private var counted: [CountMark] = []
    /// Set when a checkpoint differed: the next connection should mend.
    package internal(set) var asksForMending = false

    /// A session that waits for the greeting.
    package init(_ start: Start) {
        self.start = start
        epoch = start.position?.epoch ?? "-"
        received = start.position?.position ?? 0
        durable = received
        status = start.previous
        status.isLive = false
        status.epoch = epoch
        status.position = durable
        status.zones = start.zones
        status.setHash = start.setHash
    }

    /// The bound on the next line.
    package var lineLimit: Int { open == nil ? ProtocolLimits.controlLine : ProtocolLimits.bodyLine }

    /// Whether the stream was begun: the origin is one that can be followed.
    package var hasFollowed: Bool { phase == .snapshot || phase == .reconciling || phase == .live }

    /// Whether what is held can be compared with what the origin has.
    var reconciles: Bool { originReconciles && start.zones > 0 }

    /// What is to be sent now, in order.
    package mutating func takeOutgoing() -> [ClientMessage] {
        defer { outgoing.removeAll(keepingCapacity: true) }
        return outgoing
    }

    /// Whether reports of counts may be sent now.
    package var mayCount: Bool { originCounts && hasFollowed }

    /// Has a report sent.
    package mutating func count(_ report: CountReport) {
        outgoing.append(.count(report))
    }

    /// Whether the nodes behind a relay may be told of now.
    package var mayTellOfNodes: Bool { originTakesNodes && hasFollowed }

    /// Has something of a node behind a relay sent.
    package mutating func tell(_ message: ClientMessage) {
        outgoing.append(message)
    }

    /// The reports that the origin has kept, since the last call.
    package mutating func takeCounted() -> [CountMark] {
        defer { counted.removeAll() }
        return counted
    }

    /// Takes one line from the origin.
    package mutating func receive(_ line: LineBuffer.Line) throws(ProtocolError) {
        if open != nil {
            try receiveBody(line)
            return
        }
        guard case .line(let octets) = line else {
            throw ProtocolError(.tooLong, "a control line has more than \(ProtocolLimits.controlLine) octets")
        }
        guard let message = try ServerMessage.parse(octets) else { return }
        try receive(message)
    }

    private mutating func receive(_ message: ServerMessage) throws(ProtocolError) {
        if case .failure(let error) = message { throw error }
        if case .counted(let mark) = message {
            guard mayCount else { throw unexpected(message) }
            counted.append(mark)
            return
        }
        switch phase {
        case .awaitingGreeting:
            guard case .greeting(_, let head, let capabilities) = message else { throw unexpected(message) }
            status.head = head.head
            originCounts = capabilities.contains(OriginCapability.count)
            originTakesNodes = capabilities.contains(OriginCapability.nodes)
            originReconciles = capabilities.contains(OriginCapability.manifest)
            phase = .awaitingHello
            outgoing.append(.hello(start.node))
        case .awaitingHello:
            guard case .helloAccepted = message else { throw unexpected(message) }
            phase = .awaitingStart
            outgoing.append(.follow(request))
        case .awaitingStart:
            try begin(message)
        case .reconciling:
            try receiveReconciliation(message)
        case .snapshot, .live:
            try receiveStream(message)
        }
    }

    private var request: FollowRequest {
        FollowRequest(
            epoch: epoch,
            // Only an origin with a manifest mends what is held; from the others all comes anew.
            from: start.mends && !reconciles ? 0 : durable,
            window: start.window,
            zones: reconciles ? start.zones : nil,
            mends: start.mends && reconciles,
            snapshot: durable == 0 ? start.position?.snapshot : nil
        )
    }

    /// The answer to FOLLOW.
    private mutating func begin(_ message: ServerMessage) throws(ProtocolError) {
        switch message {
        case .resume(let epoch, let from, let head):
            guard epoch == self.epoch, from == durable, from > 0, from == request.from else {
                throw ProtocolError(.conflict, "the origin resumes something else than was asked for")
            }
            status.head = max(head, durable)
            status.isLive = true
            phase = .live
        case .snapshot(let offer):
            guard offer.zones > 0 || status.zones == 0 else { throw emptyOrigin() }
            if let after = offer.after {
                guard offer.epoch == self.epoch,
                    request.snapshot == FollowRequest.SnapshotMark(position: offer.position, after: after)
                else { throw ProtocolError(.conflict, "the origin goes on with a snapshot that was not begun") }
            }
            snapshot = SnapshotProgress(offer: offer)
            status.snapshots += 1
            if offer.after != nil { status.resumedSnapshots += 1 }
            epoch = offer.epoch
            received = 0
            durable = 0
            status.epoch = epoch
            status.position = 0
            // The snapshot judges every zone anew.
            status.quarantined = [:]
            status.head = max(status.head, offer.position)
            phase = .snapshot
        case .manifest(let epoch, let position, let zones):
            try beginReconciliation(epoch: epoch, position: position, zones: zones, message)
        case .ping(let time, let head):
            ping(time: time, head: head)
        default:
            throw unexpected(message)
        }
    }

    func emptyOrigin() -> ProtocolError {
        ProtocolError(
            .conflict,
            "the origin has no zones at all and \(status.zones) are served here: they are kept; "
                + "to accept the empty set start with an empty data folder"
        )
    }

    mutating func ping(time: UInt64, head: UInt64) {
        status.head = max(status.head, head)
        outgoing.append(.pong(time: time))
    }

    func unexpected(_ message: ServerMessage) -> ProtocolError {
        ProtocolError(.syntax, "not expected now: \(message.line.prefix(60))")
    }
}
