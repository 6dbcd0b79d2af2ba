// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Differences of denials in signed zones: one server alone, while another proves the same with the same records as we.
extension DifferenceRules {
    static let proofs: [DifferenceRule] = [
        DifferenceRule(
            name: "names of NSEC3 records",
            reason: "The owner of an NSEC3 record is no name of the zone: it and what is below it is denied like any "
                + "other name that is not there (RFC 5155 7.2.8).",
            servers: [.nsd]
        ) { theirs, question, _ in
            let isHash = question.name.ancestors.contains { name in
                question.zone?.nodes[name]?.contains { $0.type == .nsec3 } == true
            }
            if isHash { takeProofs(&theirs, question, except: .nsd) }
        },
        DifferenceRule(
            name: "closer names, and names next to wildcards",
            reason:
                "A denial proves that the next closer name and the wildcard are not there, also when a DNAME has led "
                + "to the name, and a wildcard that is asked for by its own name needs no such proof (RFC 4035 3.1.3, "
                + "RFC 5155 7.2).",
            servers: [.nsd]
        ) { theirs, question, _ in
            let isSpecial =
                question.ours.answer.contains { $0.type == .dname } || question.chain(question.ours).count > 0
                || question.name.starts(with: [1, 0x2A])
            if isSpecial { takeProofs(&theirs, question, except: .nsd) }
        },
        DifferenceRule(
            name: "empty non-terminals of opt-out",
            reason:
                "A name that only leads to unsigned delegations has no NSEC3 record: the denial is about the closest "
                + "provable encloser (RFC 5155 1.3, 7.2.1).",
            servers: [.nsd]
        ) { theirs, question, _ in
            guard let zone = question.zone else { return }
            let isBelow = question.name.ancestors.dropFirst().contains { name in
                name.isAtOrBelow(zone.apex) && zone.nodes[name] == nil
                    && zone.nodes.keys.contains { $0.isAtOrBelow(name) }
            }
            if isBelow { takeProofs(&theirs, question, except: .nsd) }
        },
        DifferenceRule(
            name: "NSEC of a wildcard",
            reason: "What a wildcard answers carries the proof that there is no closer name, also when NSEC itself is "
                + "asked for (RFC 4035 3.1.3.3).",
            servers: [.knot]
        ) { theirs, question, _ in
            guard question.query.type == .nsec, !question.ours.answer.isEmpty else { return }
            takeProofs(&theirs, question, except: .knot)
        },
    ]

    /// Takes our NSEC and NSEC3 records, if another server has the very same ones.
    private static func takeProofs(
        _ theirs: inout AnswerForm,
        _ question: DifferenceCase,
        except make: DifferentialServer.Make
    ) {
        guard theirs.proofs != question.ours.proofs, theirs.rcode == question.ours.rcode,
            theirs.answer == question.ours.answer, question.isShared(except: make, \.proofs), question.isTrue
        else { return }
        theirs.authority = theirs.authority.subtracting(theirs.proofs).union(question.ours.proofs)
    }
}
