// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Differences of whole messages: types and classes that no zone has.
extension DifferenceRules {
    static let messages: [DifferenceRule] = [
        DifferenceRule(
            name: "question repeated",
            reason: "The question is part of each answer, also when it is refused (RFC 1035 4.1.1, RFC 5452 4.2).",
            servers: [.nsd]
        ) { theirs, question, _ in
            guard theirs.question.isEmpty, theirs.isEmpty, theirs.rcode == 5,
                ![1, 255].contains(question.query.rrclass)
            else { return }
            theirs.question = question.ours.question
        },
        DifferenceRule(
            name: "transfers",
            reason: "Who may not have a zone is refused, whatever the name and the transport (RFC 5936 2.2.1, 4.2).",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, _ in
            let types: Set<RRType> = [.axfr, .ixfr]
            guard types.contains(question.query.type), question.ours.isEmpty, question.ours.rcode == 5, theirs.isEmpty,
                [1, 4, 9].contains(theirs.rcode)
            else { return }
            theirs.rcode = 5
        },
        DifferenceRule(
            name: "types of messages, not of zones",
            reason: "OPT, TSIG and TKEY are not asked for: FORMERR (RFC 6895 3.1, RFC 6891 6.1.1, RFC 8945 5.1).",
            servers: [.nsd, .knot]
        ) { theirs, question, _ in
            guard [41, 128, 249, 250].contains(question.query.type.rawValue), question.ours.isEmpty,
                question.ours.rcode == 1
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "MAILA and MAILB",
            reason: "Both are obsolete (RFC 1035 3.2.3, RFC 973): NOTIMP.",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, _ in
            guard [253, 254].contains(question.query.type.rawValue), question.ours.isEmpty, question.ours.rcode == 4
            else {
                return
            }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "type 0",
            reason:
                "Type 0 is reserved and in no zone; as a question it is one like any other (RFC 3597 2, RFC 6895 3.1).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.query.type.rawValue == 0, theirs.isEmpty, theirs.rcode == 4,
                question.ours.isDenial || question.ours.isReferral || !question.ours.answer.isEmpty, question.isTrue
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "class ANY is refused",
            reason: "Class ANY matches class IN (RFC 1035 3.2.5, 6.2).",
            servers: [.bind]
        ) { theirs, question, _ in
            guard question.query.rrclass == 255, theirs.isEmpty, theirs.rcode == 1,
                !question.ours.flags.contains(.authoritative), question.isTrue
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
        DifferenceRule(
            name: "class ANY is not authoritative",
            reason: "An answer to class ANY is not authoritative, as other classes may have more (RFC 1035 6.2).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.query.rrclass == 255, !question.ours.flags.contains(.authoritative) else { return }
            theirs.flags.remove(.authoritative)
        },
        DifferenceRule(
            name: "class ANY with the SOA",
            reason: "A negative answer has the SOA, which says for how long (RFC 2308 3).",
            servers: [.nsd]
        ) { theirs, question, _ in
            guard question.query.rrclass == 255, !theirs.isDenial, theirs.answer == question.ours.answer,
                question.ours.isDenial, question.isTrue
            else { return }
            theirs.authority.formUnion(question.ours.authority.filter { ($0.covered ?? $0.type) == .soa })
        },
        DifferenceRule(
            name: "classes that are not hosted",
            reason: "A class without zones is refused as a zone is that is not hosted (RFC 9619 says when FORMERR is).",
            servers: [.bind]
        ) { theirs, question, _ in
            guard ![1, 255].contains(question.query.rrclass), question.ours.isEmpty, question.ours.rcode == 5,
                theirs.isEmpty, [1, 4].contains(theirs.rcode)
            else { return }
            theirs.rcode = 5
        },
        DifferenceRule(
            name: "ANY",
            reason:
                "ANY is answered with one RRset of the name (RFC 8482 4.1); others choose another one, or give all.",
            servers: [.nsd, .knot, .bind]
        ) { theirs, question, _ in
            let given = question.ours.answer.filter { $0.type != .rrsig }
            let end = question.chain(question.ours).last
            guard question.query.type == .any, theirs.rcode == question.ours.rcode, question.isTrue,
                !question.ours.isDenial, !theirs.answer.isEmpty,
                Set(given.filter { $0.owner == end || $0.type == .cname }.map(\.type)).count <= 2
            else { return }
            theirs.takeOutcome(of: question.ours)
        },
    ]
}
