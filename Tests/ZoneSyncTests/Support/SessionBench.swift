// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore
import ZoneSync

/// Drives a session by hand against a real replica.
struct SessionBench {
    var session: FollowerSession
    var applier: FollowerApplier
    let store: ZoneStore
    /// All that the session has sent.
    var sent: [ClientMessage] = []

    init(_ store: ZoneStore, mends: Bool = false) throws {
        self.store = store
        applier = FollowerApplier(store: store)
        session = FollowerSession(
            FollowerSession.Start(
                node: OriginNode(name: "test", role: "responder", software: ""),
                position: try store.position(),
                zones: try store.count(),
                setHash: try store.setHash(),
                mends: mends
            )
        )
    }

    mutating func receive(_ lines: String...) throws {
        for line in lines {
            try session.receive(.line(Array(line.utf8)))
            sent += session.takeOutgoing()
        }
    }

    mutating func receive(_ message: ServerMessage, _ body: [String]? = nil) throws {
        try receive(message.line)
        if let body {
            for line in body { try receive(line) }
            try receive(".")
        }
    }

    mutating func put(_ zone: ZoneFixture, at position: UInt64) throws {
        try receive(.put(position: position, zone.header, lines: zone.lines.count, lane: 0), zone.lines)
    }

    mutating func zone(_ zone: ZoneFixture) throws {
        try receive(.zone(zone.header, lines: zone.lines.count), zone.lines)
    }

    mutating func diff(_ zone: ZoneFixture, after base: ZoneFixture, at position: UInt64) throws {
        let entry = try zone.entry(position, after: base)
        let body = (entry.diff ?? "").split(separator: "\n").map(String.init)
        try receive(
            .diff(
                position: position,
                zone.header,
                base: base.version,
                removed: entry.removed,
                added: entry.added,
                lane: 0
            ),
            body
        )
    }

    /// Applies everything that is to be applied.
    @discardableResult
    mutating func apply() throws -> Int {
        var batches = 0
        while let batch = session.takeBatch() {
            batches += 1
            try session.finished(applier.apply(batch))
            sent += session.takeOutgoing()
        }
        return batches
    }

    /// Greeting and hello, up to FOLLOW.
    mutating func introduce(head: UInt64 = 100) throws {
        try receive(
            .greeting(node: "o", head: OriginHead(epoch: "e", head: head, floor: 0), capabilities: [])
        )
        try receive(.helloAccepted(node: "test"))
    }

    /// A snapshot with these zones at a position.
    mutating func snapshot(_ zones: [ZoneFixture], at position: UInt64, epoch: String = "e") throws {
        try receive(.snapshot(OriginSnapshot(epoch: epoch, position: position, zones: zones.count)))
        for zone in zones { try self.zone(zone) }
        if !zones.isEmpty { try receive(.chunk(number: 1, after: zones.map(\.generation).max() ?? 0)) }
        try receive(.snapshotEnd(position: position))
        try apply()
    }

    func version(_ name: String) throws -> UInt64? {
        try store.zone(named: Name(text: name))?.version
    }

    /// A session that follows live after a snapshot with these zones; what it has sent so far is forgotten.
    static func live(_ zones: [ZoneFixture], at position: UInt64, in store: ZoneStore) throws -> SessionBench {
        var bench = try SessionBench(store)
        try bench.introduce()
        try bench.snapshot(zones, at: position)
        bench.sent = []
        return bench
    }
}
