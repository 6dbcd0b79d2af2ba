// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Differences of CNAME and DNAME records.
extension DifferenceRules {
    /// How many aliases we follow at most.
    private static let ownLimit = 18

    static let chains: [DifferenceRule] = [
        DifferenceRule(
            name: "chains end in their zone",
            reason: "A chain that leaves the zone is the resolver's to go on with: it would not believe what another "
                + "zone's server adds (RFC 2181 5.4.1, RFC 5452 6).",
            servers: [.nsd]
        ) { theirs, question, _ in
            let end = question.chain(question.ours).last
            guard !question.ours.answer.isEmpty, question.ours.rcode == 0, !question.ours.isDenial,
                let zone = question.zone,
                !end.isAtOrBelow(zone.apex) || question.world.zone(of: end)?.apex != zone.apex,
                question.world.zone(of: end) != nil, theirs.answer.isSuperset(of: question.ours.answer),
                theirs.answer.allSatisfy({ question.world.holds($0) }), question.isTrue
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "loops",
            reason: "A loop is the zone's mistake, not the server's: the chain is given once, without an error "
                + "(RFC 1034 3.6.2, 5.3.3 leave it to the resolver to end it).",
            servers: [.bind]
        ) { theirs, question, _ in
            guard theirs.rcode == 2, question.ours.rcode == 0, theirs.answer == question.ours.answer,
                question.chain(question.ours).isLoop, question.isTrue
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "alias into a child that is hosted",
            reason: "An alias that leads below a zone cut is answered with a referral, also when the child is hosted "
                + "here (RFC 1034 4.3.2 3b); BIND ends the answer.",
            servers: [.bind]
        ) { theirs, question, _ in
            let end = question.chain(question.ours).last
            guard theirs.answer == question.ours.answer, theirs.authority.isEmpty, question.isTrue,
                end != question.name,
                let child = question.world.zone(of: end), child.apex != question.zone?.apex,
                question.ours.authority.contains(where: { $0.type == .ns && $0.owner == child.apex })
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "long chains",
            reason:
                "Chains are followed for 18 records, then the resolver asks on (RFC 1034 5.3.3); Knot ends after 5, "
                + "BIND after 11 with SERVFAIL, NSD follows CNAME records to their end, and two DNAME records at most.",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, make in
            let (own, other) = (question.chain(question.ours), question.chain(theirs))
            guard own.count > 0, other.count > 0, question.ours.rcode == 0 || own.count > other.count, question.isTrue
            else { return }
            let isOurs = own.count == ownLimit && theirs.answer.isSuperset(of: question.ours.answer)
            let isFollowed = question.ours.answer.isSuperset(of: theirs.answer.filter { $0.type == .cname })
            let isTheirs =
                switch make {
                case .knot: other.count >= 5 && own.count > other.count
                case .bind: other.count >= 11 && theirs.rcode == 2
                case .nsd:
                    (own.count > other.count || question.ours.flags.contains(.truncated) && own.count == other.count)
                        && question.ours.answer.contains { $0.type == .dname }
                }
            if isOurs || (isTheirs && isFollowed) { theirs.takeOutcome(of: question.ours) }
        },
        DifferenceRule(
            name: "codes of truncated answers",
            reason:
                "A truncated answer says so and nothing else: it is asked for again over TCP (RFC 2181 9, RFC 7766 5). "
                + "Its code is of the chain as far as there was room, that of others of the chain's end.",
            servers: [.bind]
        ) { theirs, question, _ in
            guard theirs.flags.contains(.truncated), question.ours.flags.contains(.truncated), !question.query.isTCP,
                [0, 2, 3].contains(theirs.rcode), [0, 3].contains(question.ours.rcode),
                question.ours.answer.contains(where: { $0.type == .dname || $0.type == .cname }), question.isTrue
            else { return }
            theirs.rcode = question.ours.rcode
        },
        DifferenceRule(
            name: "RRSIG, NSEC and NSEC3 at an alias",
            reason:
                "A name that has a CNAME and none of these is asked about its target, as for any other type (RFC 1034 "
                + "3.6.2): only what stands beside a CNAME is answered there (RFC 4035 2.5).",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, make in
            let types: [RRType] = make == .nsd ? [.nsec3] : [.rrsig, .nsec]
            guard types.contains(question.query.type), theirs.answer.isEmpty, theirs.isDenial, question.isTrue,
                question.ours.answer.contains(where: { $0.owner == question.name && $0.type == .cname }),
                question.zone?.nodes[question.name]?.contains(where: { $0.type == question.query.type }) != true
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "all RRSIG records",
            reason: "A question for RRSIG is answered with all signatures of the name, as one for any other type is "
                + "(RFC 1034 4.3.2 3a), and truncated if they do not fit; Knot gives one.",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.query.type == .rrsig, !theirs.answer.isEmpty, question.isTrue,
                theirs.answer.allSatisfy({ question.world.holds($0) }),
                question.ours.flags.contains(.truncated) || theirs.answer.isSubset(of: question.ours.answer)
            else { return }
            if question.ours.flags.contains(.truncated) {
                theirs.flags.insert(.truncated)
            } else {
                theirs.answer = question.ours.answer
            }
        },
        DifferenceRule(
            name: "NSEC at a zone cut",
            reason: "At a zone cut the parent answers for DS alone (RFC 4035 3.1.4.1), all else is referred (RFC 1034 "
                + "4.3.2 3b); BIND answers for NSEC, too.",
            servers: [.bind]
        ) { theirs, question, _ in
            guard question.query.type == .nsec, question.ours.isReferral, question.isTrue,
                question.ours.authority.contains(where: { $0.type == .ns && $0.owner == question.name }),
                theirs.answer.allSatisfy({ $0.isProof && $0.owner == question.name })
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "YXDOMAIN",
            reason: "A name that a DNAME makes too long is answered YXDOMAIN (RFC 6672 2.2).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.ours.rcode == 6, theirs.rcode == 3, theirs.answer == question.ours.answer, question.isTrue,
                let dname = theirs.answer.first(where: { $0.type == .dname }),
                question.name.count - dname.owner.count + dname.rdata.count > 255
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "ANY below a DNAME",
            reason: "Also for ANY the name below a DNAME is looked up again (RFC 6672 3.2).",
            servers: [.bind]
        ) { theirs, question, _ in
            guard question.query.type == .any, question.isTrue, theirs.rcode == 0,
                theirs.answer.isSubset(of: question.ours.answer),
                theirs.answer.contains(where: { $0.type == .dname && $0.owner != question.name })
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "compression",
            reason:
                "An answer that fits is not truncated (RFC 1035 4.1.1, 4.1.4): made names, the names of servers and, "
                + "unlike with BIND, names in another case are compressed here, so that more has room. BIND also truncates "
                + "the signatures of an apex that would fit; why is not known.",
            servers: [.knot, .bind]
        ) { theirs, question, _ in
            guard theirs.flags.contains(.truncated), !question.ours.flags.contains(.truncated), !question.query.isTCP,
                question.ours.size <= question.limit, question.isTrue
            else { return }
            let isChain =
                question.ours.answer.contains { $0.type == .dname } || question.chain(question.ours).count > 1
            let isApex = question.query.type == .rrsig && question.name == question.zone?.apex
            let isMixed = question.name != question.query.name.wire
            if isChain || isMixed || isApex
                || (question.ours.isReferral && missingGlue(question.ours, question).isEmpty)
            {
                theirs.takeOutcome(of: question.ours)
            }
        },
        DifferenceRule(
            name: "pointers into DNAME records",
            reason: "The name in a DNAME record is not compressed and not pointed at (RFC 6672 2.5 asks for the former "
                + "only): BIND points at it, so that a long chain with its denial fits where ours is truncated.",
            servers: [.bind]
        ) { theirs, question, _ in
            guard question.ours.flags.contains(.truncated), !theirs.flags.contains(.truncated), !question.query.isTCP,
                question.ours.answer.contains(where: { $0.type == .dname }), theirs.rcode == question.ours.rcode,
                theirs.answer.isSuperset(of: question.ours.answer), question.isTrue
            else { return }
            theirs.flags.insert(.truncated)
        },
    ]
}
