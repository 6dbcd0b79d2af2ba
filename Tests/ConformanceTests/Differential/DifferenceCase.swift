// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// One question and what all servers answer, to judge differences by.
struct DifferenceCase {
    /// The question.
    let query: DifferentialQuery
    /// What all zones hold.
    let world: WorldIndex
    /// Our answer.
    let ours: AnswerForm
    /// The answers of the others that have the zone.
    let others: [DifferentialServer.Make: AnswerForm]

    /// The name asked for, in lower case.
    var name: [UInt8] { query.name.wire.lowercased }
    /// The zone that answers.
    var zone: WorldIndex.Zone? { world.zone(of: name, query.type) }
    /// The most octets that fit.
    var limit: Int { query.isTCP ? 65_535 : query.manner == .plain ? 512 : 1232 }

    /// Whether all that we answer is in the zones.
    var isTrue: Bool {
        (ours.answer.union(ours.authority).union(ours.additional)).allSatisfy { world.holds($0) }
    }

    /// The NS records of the answering zone, with signatures if they are asked for.
    var nameServers: Set<RecordForm> {
        guard let zone else { return [] }
        return zone.set(zone.apex, .ns).filter { query.manner == .secure || $0.type == .ns }
    }

    /// Whether another server than `make` gives the same in one respect.
    func isShared<Value: Equatable>(except make: DifferentialServer.Make, _ aspect: (AnswerForm) -> Value) -> Bool {
        others.contains { $0.key != make && aspect($0.value) == aspect(ours) }
    }

    /// The CNAME records of an answer, from the name asked for on.
    func chain(_ answer: AnswerForm) -> AliasChain { AliasChain(from: name, answer.answer) }
}

/// A chain of CNAME records.
struct AliasChain {
    /// The name after the last alias.
    private(set) var last: [UInt8]
    /// How many aliases there are.
    private(set) var count = 0
    /// Whether the last one leads to a name that was there before.
    private(set) var isLoop = false

    init(from name: [UInt8], _ records: Set<RecordForm>) {
        let aliases = Dictionary(records.filter { $0.type == .cname }.map { ($0.owner, $0.rdata) }) { one, _ in one }
        var seen: Set<[UInt8]> = [name]
        last = name
        while let next = aliases[last] {
            last = next
            count += 1
            isLoop = !seen.insert(next).inserted
            if isLoop { break }
        }
    }
}
