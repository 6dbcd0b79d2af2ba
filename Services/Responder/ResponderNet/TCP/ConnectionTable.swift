// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// The connections of one event loop: who is idle for how long, who has to go when there is no room, and when.
///
/// Every operation takes constant time, but for choosing among the connections of a client that has too many. All
/// connections share one timer. Belongs to its event loop.
final class ConnectionTable {
    /// Time-outs are looked at no more often than this, so that many at once share one look.
    private static let resolution = TimeAmount.milliseconds(50)

    /// What is counted of all event loops together.
    let totals: ConnectionTotals
    /// The limits that the table was made with, of all event loops together.
    let limits: TCPLimits
    private let eventLoop: any EventLoop
    private let maximum: Int
    private let maximumPerPeer: Int
    private var lists = ConnectionMember.Phase.allCases.map { _ in ConnectionList() }
    private var peers: [ClientAddress: [ConnectionMember]] = [:]
    private var heldOctets = 0
    private var timer: Scheduled<Void>?
    private var timerDeadline = NIODeadline.distantFuture
    /// How long a quiet connection is waited for while the server stops.
    private var patience: TimeAmount?
    private var whenEmpty: EventLoopPromise<Void>?

    /// A table for the share that one of `loops` event loops has of the limits.
    init(limits: TCPLimits, totals: ConnectionTotals, eventLoop: any EventLoop, loops: Int) {
        self.limits = limits
        self.totals = totals
        self.eventLoop = eventLoop
        // NIO deals new connections out to the event loops in turn, so the shares are even.
        maximum = max(1, (limits.connections + loops - 1) / loops)
        maximumPerPeer = max(1, (limits.connectionsPerAddress + loops - 1) / loops)
    }

    /// Connections open now.
    var count: Int { lists.reduce(0) { $0 + $1.count } }

    /// Takes a new connection in; where it is one too many, the idlest makes room.
    func add(_ member: ConnectionMember) {
        totals.change {
            $0.open += 1
            $0.accepted += 1
        }
        let ofPeer = peers[member.peer] ?? []
        if ofPeer.count >= maximumPerPeer {
            ofPeer.min { $0.lastActivity < $1.lastActivity }?.end(.pressure)
        }
        if count >= maximum { idlest?.end(.pressure) }
        member.peerIndex = peers[member.peer]?.count ?? 0
        peers[member.peer, default: []].append(member)
        lists[member.phase.rawValue].append(member, phase: member.phase, now: .now())
        schedule(timeout(of: member.phase))
    }

    /// Forgets a connection; nothing where that has been done.
    func remove(_ member: ConnectionMember) {
        guard let index = member.peerIndex else { return }
        member.peerIndex = nil
        totals.change { $0.open -= 1 }
        lists[member.phase.rawValue].remove(member)
        if let last = peers[member.peer]?.popLast(), last !== member {
            peers[member.peer]?[index] = last
            last.peerIndex = index
        }
        if peers[member.peer]?.isEmpty == true { peers[member.peer] = nil }
        announceEmptiness()
    }

    /// Notes that something worth waiting for has happened on a connection, and what it does from now on.
    func note(_ member: ConnectionMember, _ phase: ConnectionMember.Phase) {
        guard member.peerIndex != nil else { return }
        lists[member.phase.rawValue].remove(member)
        lists[phase.rawValue].append(member, phase: phase, now: .now())
        schedule(timeout(of: phase))
        if phase == .blocked, lists[phase.rawValue].count > limits.blockedConnections {
            lists[phase.rawValue].first?.end(.pressure)
        }
    }

    /// Accounts for octets of incomplete queries that are kept, or are not any more; false when they are too many.
    func hold(_ octets: Int) -> Bool {
        heldOctets += octets
        return heldOctets <= limits.heldOctets
    }

    /// Ends the connections as they become quiet, new ones too.
    ///
    /// - Parameter patience: How long a client that is owed nothing may take to send its next query.
    /// - Returns: Done when no connection is left.
    func drain(patience: TimeAmount) -> EventLoopFuture<Void> {
        self.patience = patience
        let promise = eventLoop.makePromise(of: Void.self)
        whenEmpty?.futureResult.cascade(to: promise)
        whenEmpty = whenEmpty ?? promise
        sweep()
        announceEmptiness()
        return promise.futureResult
    }

    /// Ends all connections at once.
    func endAll() {
        for phase in lists.indices {
            while let member = lists[phase].first { member.end(.draining) }
        }
    }

    private func announceEmptiness() {
        guard count == 0 else { return }
        whenEmpty?.succeed()
        whenEmpty = nil
    }

    private var idlest: ConnectionMember? {
        lists.compactMap(\.first).min { $0.lastActivity < $1.lastActivity }
    }

    private func timeout(of phase: ConnectionMember.Phase) -> TimeAmount {
        switch phase {
        case .handshaking: patience.map { min($0, limits.handshakeTimeout) } ?? limits.handshakeTimeout
        case .waiting: patience.map { min($0, limits.idleTimeout) } ?? limits.idleTimeout
        case .kept: patience.map { min($0, limits.keepaliveTimeout) } ?? limits.keepaliveTimeout
        case .blocked: limits.idleTimeout
        case .working: limits.workingTimeout
        case .closing: limits.closingTimeout
        }
    }

    /// Sees to it that the time-outs are looked at in `time`, at the latest.
    private func schedule(_ time: TimeAmount) {
        let deadline = NIODeadline.now() + max(time, Self.resolution)
        guard deadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = deadline
        let table = NIOLoopBound(self, eventLoop: eventLoop)
        timer = eventLoop.scheduleTask(deadline: deadline) { table.value.sweep() }
    }

    /// Ends what has been idle for too long.
    private func sweep() {
        timer?.cancel()
        timerDeadline = .distantFuture
        let now = NIODeadline.now()
        var next: TimeAmount?
        for phase in ConnectionMember.Phase.allCases {
            let timeout = timeout(of: phase)
            while let member = lists[phase.rawValue].first {
                let left = member.lastActivity + timeout - now
                guard left <= .zero else {
                    next = min(next ?? left, left)
                    break
                }
                expire(member, in: phase)
            }
        }
        if let next { schedule(next) }
    }

    private func expire(_ member: ConnectionMember, in phase: ConnectionMember.Phase) {
        if patience != nil, phase == .waiting || phase == .kept {
            member.finish(.draining)
        }
        // Whatever has not gone elsewhere is not waited for any longer.
        if lists[phase.rawValue].first === member { member.end(.idle) }
    }
}
