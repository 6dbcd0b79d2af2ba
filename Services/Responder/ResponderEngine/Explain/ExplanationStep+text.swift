// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension Explanation {
    /// The steps as sentences for an operator, names written by `text` in master-file form.
    package func lines(_ text: (Name) -> String) -> [String] {
        steps.map { $0.sentence(text) }
    }
}

extension ExplanationStep {
    /// The step as a sentence without a full stop.
    package func sentence(_ text: (Name) -> String) -> String {
        switch self {
        case .notHosted(let name): "no zone served here has \(text(name)): refused"
        case .zone(let apex): "the zone \(text(apex)) is the nearest one"
        case .parentZone(let apex): "the DS records of its apex belong to the zone above, \(text(apex)), which answers"
        case .node(let name): "\(text(name)) has records"
        case .emptyNonTerminal(let name): "\(text(name)) has no records, but names below it have: it exists"
        case .missing(let name, let encloser):
            "\(text(name)) does not exist; the closest name above it that does is \(text(encloser))"
        case .wildcard(let name): "the wildcard \(text(name)) stands for it"
        case .emptyWildcard(let name):
            "the wildcard \(text(name)) stands for it, but only names below that have records"
        case .noWildcard(let name): "there is no wildcard \(text(name)): the name does not exist"
        case .cut(let name): "\(text(name)) is delegated: what is asked lies at or below this zone cut"
        case .redirection(let name): "\(text(name)) has a DNAME, which redirects everything below it"
        case .redirectionTooLong: "the redirected name would have more than 255 octets: YXDOMAIN"
        case .alias(let name): "\(text(name)) has a CNAME instead of the type"
        case .target(let name): "the answer goes on at \(text(name))"
        case .targetOutside(let name): "\(text(name)) is outside of the zone: the answer ends here"
        case .targetRepeated(let name):
            "\(text(name)) was passed before, or the chain is too long: the answer ends here"
        case .noData(let name, let type): "\(text(name)) has no records of type \(type.text)"
        case .proofOfAbsence(let name): "to be proved: there is no \(text(name))"
        case .proofOfTypes(let name): "to be proved: which types \(text(name)) has"
        case .proofMissing(let name): "the zone has no record that proves it for \(text(name))"
        case .hashCollision(let name): "the hash of \(text(name)) is that of a name that exists: SERVFAIL"
        case .tooManyIterations(let count):
            "the zone's NSEC3 hash has \(count) iterations, more than are made: SERVFAIL"
        case .wrote(let section, let owner, let type, let records):
            "\(section.rawValue): \(text(owner)) \(type.text), \(records == 1 ? "1 record" : "\(records) records")"
        case .omitted(let section, let owner, let type):
            "\(section.rawValue): \(text(owner)) \(type.text) had no room"
        case .unreadable: "the replica could not be read: SERVFAIL"
        }
    }
}

extension RRType {
    /// The mnemonic, or the form of RFC 3597 5.
    fileprivate var text: String { mnemonic ?? "TYPE\(rawValue)" }
}
