// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// How the answer of another server differs from ours.
struct Difference {
    /// What can differ.
    enum Aspect: Hashable, Comparable {
        case presence, rcode, opcode, question, aa, tc, otherFlags, edns, answer, authority, additional
    }

    let server: DifferentialServer.Make
    let query: DifferentialQuery
    let zone: DifferentialZone
    /// Nil when there was no answer.
    let ours: AnswerForm?
    let theirs: AnswerForm?
    /// What differs; never empty.
    let aspects: Set<Aspect>

    /// Nil when nothing differs.
    init?(
        _ server: DifferentialServer.Make,
        _ query: DifferentialQuery,
        _ zone: DifferentialZone,
        ours: AnswerForm?,
        theirs: AnswerForm?
    ) {
        var aspects: Set<Aspect> = []
        if let ours, let theirs {
            if ours.rcode != theirs.rcode { aspects.insert(.rcode) }
            if ours.opcode != theirs.opcode { aspects.insert(.opcode) }
            if ours.question != theirs.question { aspects.insert(.question) }
            if ours.edns != theirs.edns { aspects.insert(.edns) }
            let flags = ours.flags.symmetricDifference(theirs.flags)
            if flags.contains(.authoritative) { aspects.insert(.aa) }
            if flags.contains(.truncated) { aspects.insert(.tc) }
            if !flags.subtracting([.authoritative, .truncated]).isEmpty { aspects.insert(.otherFlags) }
            // What stands in a truncated answer is for nobody to use (RFC 2181 9).
            if !ours.flags.contains(.truncated), !theirs.flags.contains(.truncated) {
                if ours.answer != theirs.answer { aspects.insert(.answer) }
                if ours.authority != theirs.authority { aspects.insert(.authority) }
                if ours.additional != theirs.additional { aspects.insert(.additional) }
            }
        } else if (ours == nil) != (theirs == nil) {
            aspects.insert(.presence)
        }
        guard !aspects.isEmpty else { return nil }
        self.server = server
        self.query = query
        self.zone = zone
        self.ours = ours
        self.theirs = theirs
        self.aspects = aspects
    }

    /// One line that is the same for differences of one kind.
    var kind: String {
        func types(_ records: Set<RecordForm>) -> String {
            Set(records.map { "\($0.type)" }).sorted().joined(separator: " ")
        }
        var parts = ["\(server.rawValue):"]
        for aspect in aspects.sorted() {
            let sections: (Set<RecordForm>?, Set<RecordForm>?)
            switch aspect {
            case .answer: sections = (ours?.answer, theirs?.answer)
            case .authority: sections = (ours?.authority, theirs?.authority)
            case .additional: sections = (ours?.additional, theirs?.additional)
            case .rcode:
                parts.append("rcode \(ours?.rcode ?? -1)/\(theirs?.rcode ?? -1)")
                continue
            default:
                parts.append("\(aspect)")
                continue
            }
            let (left, right) = (sections.0 ?? [], sections.1 ?? [])
            parts.append("\(aspect) ours{\(types(left.subtracting(right)))} theirs{\(types(right.subtracting(left)))}")
        }
        return parts.joined(separator: " ")
    }

    /// All that there is to say.
    var report: String {
        func text(_ form: AnswerForm?) -> String {
            guard let form else { return "    nothing" }
            let flags = form.flags.map(\.rawValue).sorted().joined(separator: " ")
            var lines = [
                "    rcode \(form.rcode) \(flags) size \(form.size) edns \(form.edns.map { "\($0)" } ?? "none")"
            ]
            for (name, section) in [("AN", form.answer), ("NS", form.authority), ("AR", form.additional)] {
                lines += section.map { "    \(name) \($0.description.prefix(150))" }.sorted().prefix(12)
            }
            return lines.joined(separator: "\n")
        }
        return "  \(query) (\(zone.name.text))\n  ours:\n\(text(ours))\n  \(server.rawValue):\n\(text(theirs))"
    }
}
