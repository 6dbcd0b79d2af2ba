// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc
import ResponderEngine
import Runtime
import Synchronization
import ZoneStore
import ZoneSync

/// Answers operators' requests from what the running responder knows. Reads the replica: not for event loops.
final class ControlAnswers: Sendable {
    /// How the responder was put together, for `status`.
    struct Facts: Sendable {
        /// Its name towards the origin.
        var node: String
        /// Its addresses, with the transports they are for.
        var listeners: [String]
        /// Threads that answer over UDP, for each address.
        var datagramThreads: Int
        /// When it started.
        var started = ContinuousClock.now
    }

    /// Zones read from the replica in one transaction.
    private static let page = 1000

    private let facts: Facts
    private let store: ZoneStore
    private let client: FollowerClient
    private let verifier: ReplicaVerifier
    private let counters: [ResponderCounters]
    private let explainer: Mutex<Responder>
    let pump: TapPump

    /// Answers for one responder; takes a reader slot of the store.
    init(
        facts: Facts,
        store: ZoneStore,
        client: FollowerClient,
        verifier: ReplicaVerifier,
        counters: [ResponderCounters],
        engine: ResponderConfiguration,
        pump: TapPump
    ) throws(ZoneStoreError) {
        self.facts = facts
        self.store = store
        self.client = client
        self.verifier = verifier
        self.counters = counters
        self.pump = pump
        var engine = engine
        // An operator's question is no customer's traffic.
        engine.taps = nil
        engine.tallies = nil
        engine.limiter = nil
        engine.cacheOctets = 0
        explainer = Mutex(try Responder(store: store, configuration: engine))
    }

    /// `key value` lines: how the responder stands.
    func status() throws -> [String] {
        let follower = client.status
        let position = try store.position()
        let verification = verifier.status
        var lines = [
            "version \(BuildVersion.current)", "node \(facts.node)", "pid \(getpid())",
            "uptime \((ContinuousClock.now - facts.started).components.seconds)",
            "threads \(facts.datagramThreads)",
        ]
        lines += facts.listeners.map { "listen \($0)" }
        lines += [
            "upstream \(follower.upstream ?? "-")",
            "following \(follower.isLive ? "yes" : "no")",
            "epoch \(position?.epoch ?? "-")", "position \(position?.position ?? 0)",
            "lag \(follower.lag)", "zones \(try store.count())",
            "damaged \(store.damagedZones.count)", "quarantined \(follower.quarantined.count)",
            "verification-rounds \(verification.rounds)", "verified-zones \(verification.zones)",
            "memory \(ProcessMemory.resident)",
        ]
        lines += Transport.allCases.map { transport in
            "queries-\(transport) \(counters.reduce(0) { $0 + $1[.queries(transport)] })"
        }
        for (zone, reason) in follower.quarantined.sorted(by: { $0.key < $1.key }).prefix(20) {
            lines.append("quarantine \(zone) \(reason)")
        }
        return lines
    }

    /// The zones after `name`, at most a page, as `NAME SERIAL GENERATION VERSION RECORDS OCTETS HASH`; `next` is the one
    /// to go on after.
    func zones(below: Name?, after: Name?) throws -> (lines: [String], next: Name?) {
        let page = try store.zones(after: after, limit: Self.page)
        let lines = page.filter { zone in below.map { zone.name.isSubdomain(of: $0) } ?? true }.map(Self.line)
        return (lines, page.count == Self.page ? page.last?.name : nil)
    }

    /// One zone, in the same form, and whether it is damaged.
    func zone(_ name: Name) throws -> [String] {
        guard let zone = try store.zone(named: name) else {
            throw ControlFailure(.notFound, "\(name.text) is not a zone of this replica")
        }
        let isDamaged = store.damagedZones.contains(zone.name)
        let state = isDamaged ? "damaged: answers SERVFAIL until it has come anew" : "sound"
        return [
            "name \(zone.name.text)", "serial \(zone.serial)", "generation \(zone.generation)",
            "version \(zone.version)", "records \(zone.records)", "octets \(zone.octets)", "hash \(zone.hash)",
            "state \(state)",
        ]
    }

    /// Distrusts a zone, so that it is fetched anew.
    func purge(_ name: Name) throws -> [String] {
        guard client.status.isLive else {
            throw ControlFailure(.unavailable, "no origin is followed now: the zone could not be fetched again")
        }
        guard try store.distrust(name) else {
            throw ControlFailure(.notFound, "\(name.text) is not a zone of this replica")
        }
        client.mendSoon()
        return ["zone \(name.text) is fetched anew; it answers SERVFAIL until it has come"]
    }

    /// How a question is answered, step by step, then the answer's head and records.
    func explain(_ name: Name, _ type: RRType, wantsSignatures: Bool) -> [String] {
        let explanation = explainer.withLock { $0.explain(name, type, wantsSignatures: wantsSignatures) }
        var lines = explanation.lines { $0.text }.enumerated().map { "step \($0.offset + 1). \($0.element)" }
        guard let message = try? Message(wire: explanation.response) else { return lines }
        let flags = message.header.isAuthoritative ? "aa" : "no aa"
        lines.append("rcode \(message.rcode) (\(flags))")
        for (section, records) in [
            ("answer", message.answers), ("authority", message.authorities), ("additional", message.additionals),
        ] {
            lines += records.map { "\(section) \($0.line)" }
        }
        return lines
    }

    /// What the verification of the replica has found.
    func verification() -> [String] {
        let status = verifier.status
        return [
            "rounds \(status.rounds)", "zones \(status.zones)", "found-damaged \(status.damaged)",
            "failures \(status.failures)", "file \(status.file)",
        ] + store.damagedZones.prefix(100).map { "damaged \($0.text)" }
    }

    /// A collector of what is asked for most.
    func collector(_ subject: TopCollector.Subject) throws -> TopCollector {
        try TopCollector(subject, store: store)
    }

    private static func line(_ zone: ZoneSummary) -> String {
        "\(zone.name.text) \(zone.serial) \(zone.generation) \(zone.version) \(zone.records) \(zone.octets) \(zone.hash)"
    }
}
