// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Differences in the authority and the additional section.
extension DifferenceRules {
    static let sections: [DifferenceRule] = [
        DifferenceRule(
            name: "name servers with answers",
            reason:
                "A positive answer may name the zone's servers in the authority section (RFC 1034 3.7, 6.2.1); Knot "
                + "leaves them out.",
            servers: [.knot]
        ) { theirs, question, _ in
            let servers = question.nameServers
            guard !servers.isEmpty, servers.isSubset(of: question.ours.authority),
                servers.isDisjoint(with: theirs.authority),
                !question.ours.answer.isEmpty
            else { return }
            theirs.authority.formUnion(servers)
            let targets = Set(servers.filter { $0.type == .ns }.map(\.rdata))
            theirs.additional.formUnion(
                question.ours.additional.filter { targets.contains($0.owner) && question.world.holds($0) }
            )
        },
        DifferenceRule(
            name: "name servers left out",
            reason:
                "Answers about DNSKEY and DS records and names below a DNAME carry no NS records: they are optional "
                + "(RFC 1034 3.7) and make large answers larger.",
            servers: [.bind]
        ) { theirs, question, _ in
            let servers = question.nameServers
            guard !servers.isEmpty, !theirs.isDenial, !theirs.isReferral, servers.isSubset(of: theirs.authority),
                !question.ours.answer.isEmpty, question.ours.authority.isDisjoint(with: servers)
            else { return }
            theirs.authority.subtract(servers)
            let targets = Set(servers.filter { $0.type == .ns }.map(\.rdata))
            theirs.additional = theirs.additional.filter { !targets.contains($0.owner) }
        },
        DifferenceRule(
            name: "glue must fit",
            reason: "A referral whose glue does not fit is truncated (RFC 9471 3.1); the others send part of it.",
            servers: [.nsd, .bind]
        ) { theirs, question, _ in
            guard question.ours.flags.contains(.truncated), !theirs.flags.contains(.truncated), theirs.isReferral,
                !question.query.isTCP, theirs.rcode == question.ours.rcode
            else { return }
            if !missingGlue(theirs, question).isEmpty { theirs.flags.insert(.truncated) }
        },
        DifferenceRule(
            name: "addresses of servers elsewhere",
            reason:
                "Name servers in the zone but not below the cut get their addresses, too: nobody must, but it saves "
                + "a question (RFC 1034 4.3.2 6, RFC 9471 3.2).",
            servers: [.knot, .bind]
        ) { theirs, question, _ in
            addOptional(&theirs, question) { record, cut in cut.map { !record.owner.isAtOrBelow($0) } ?? false }
        },
        DifferenceRule(
            name: "addresses of targets",
            reason:
                "MX, SRV, NAPTR, KX, AFSDB, RT, SVCB and HTTPS records get the addresses of their targets (RFC 1034 "
                + "4.3.2 6, RFC 1035 3.3.9, RFC 2782, RFC 9460 4.1), those that a wildcard has included.",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, _ in
            addOptional(&theirs, question) { _, cut in cut == nil }
        },
        DifferenceRule(
            name: "glue for answers",
            reason: "Glue is given where it is needed to get to a child, not as the address of a mail exchanger or a "
                + "service: it may be out of date (RFC 2181 5.4.1, RFC 1034 4.2.1).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard let zone = question.zone, theirs.answer == question.ours.answer,
                !question.ours.authority.contains(where: { $0.type == .ns && $0.owner != zone.apex })
            else { return }
            theirs.additional = theirs.additional.filter { zone.cut(above: $0.owner) == nil }
        },
        DifferenceRule(
            name: "the root as a target",
            reason:
                "A target that is the root means that there is none, which has no addresses (RFC 7505 3, RFC 2782).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.ours.answer.contains(where: { $0.rdata.last == 0 && $0.type == question.query.type }),
                theirs.answer == question.ours.answer
            else { return }
            theirs.additional = theirs.additional.filter { $0.owner != [0] }
        },
        DifferenceRule(
            name: "additional records that do not fit",
            reason: "What is optional is left out, an RRset and its signatures at a time, when there is no room for it "
                + "(RFC 2181 5.1, 9); who compresses worse has less room.",
            servers: [.knot, .bind]
        ) { theirs, question, _ in
            guard !question.query.isTCP, theirs.answer == question.ours.answer,
                theirs.authority == question.ours.authority,
                missingGlue(question.ours, question).isEmpty
            else { return }
            let more = theirs.additional.subtracting(question.ours.additional)
            let less = question.ours.additional.subtracting(theirs.additional)
            guard more.union(less).allSatisfy({ question.world.holds($0) }) else { return }
            if let size = smallest(of: more, question), question.ours.size + size > question.limit {
                theirs.additional.subtract(more)
            }
            if let size = smallest(of: less, question), theirs.size + size > question.limit {
                theirs.additional.formUnion(less)
            }
        },
    ]

    /// Adds the optional records that we add, whole RRsets from the zone, if `isMeant` says so.
    private static func addOptional(
        _ theirs: inout AnswerForm,
        _ question: DifferenceCase,
        _ isMeant: (RecordForm, [UInt8]?) -> Bool
    ) {
        let extra = question.ours.additional.subtracting(theirs.additional)
        guard !extra.isEmpty, theirs.answer == question.ours.answer, theirs.authority == question.ours.authority else {
            return
        }
        let cut =
            question.ours.isReferral
                || question.ours.authority.contains { $0.type == .ns && $0.owner != question.zone?.apex }
            ? question.ours.authority.first { $0.type == .ns }?.owner : nil
        let added = extra.filter { isMeant($0, cut) && question.world.holds($0) && isTarget($0.owner, question.ours) }
        theirs.additional.formUnion(added)
    }

    /// The octets of the smallest RRset among records, with its signatures if they are asked for, and owners as pointers.
    private static func smallest(of records: Set<RecordForm>, _ question: DifferenceCase) -> Int? {
        records.compactMap { record in
            question.world.zone(of: record.owner)?.set(record.owner, record.covered ?? record.type)
                .filter { question.query.manner == .secure || $0.type != .rrsig }
                .reduce(0) { $0 + 12 + $1.rdata.count }
        }.min()
    }

    /// Whether a record of an answer points at a name.
    private static func isTarget(_ name: [UInt8], _ answer: AnswerForm) -> Bool {
        let records = answer.answer.union(answer.authority).union(answer.additional)
        return records.contains { record in
            record.rdata.count >= name.count
                && (0...(record.rdata.count - name.count)).contains { start in
                    record.rdata[start..<(start + name.count)].lowercasedElementsEqual(name)
                }
        } || answer.answer.contains { $0.owner == name }
    }

    /// The addresses of name servers below the cut that an answer refers to and that it does not have.
    static func missingGlue(_ answer: AnswerForm, _ question: DifferenceCase) -> Set<RecordForm> {
        let servers = answer.authority.filter { $0.type == .ns }
        guard let cut = servers.first?.owner, answer.isReferral, let zone = question.zone else { return [] }
        let glue = servers.filter { $0.rdata.isAtOrBelow(cut) }.flatMap { server in
            zone.nodes[server.rdata, default: []].filter { $0.type == .a || $0.type == .aaaa }
        }
        return Set(glue).subtracting(answer.additional)
    }
}

extension ArraySlice<UInt8> {
    /// Whether it is a name, whatever its case.
    fileprivate func lowercasedElementsEqual(_ name: [UInt8]) -> Bool {
        elementsEqual(name) { ((0x41...0x5A).contains($0) ? $0 | 0x20 : $0) == $1 }
    }
}
