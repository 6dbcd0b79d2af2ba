// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Judges whether a file is a zone that was signed as a whole and can be served as it stands.
///
/// Signatures are not verified: that needs no database and there are tools for it. What is checked is what would make
/// every validating resolver fail: no signature, none that is valid now, none of a key that the zone has, a chain with
/// a hole.
struct SignedZoneCheck {
    /// A signature that ends sooner than this is worth a warning.
    static let shortValidity: Int64 = 3 * 86_400
    /// Validators treat a zone with more iterations as insecure (RFC 9276 3.2).
    static let mostIterations: UInt16 = 50

    var faults = LineList()
    var warnings = LineList()
    /// When the first of the RRsets loses its last valid signature.
    private(set) var signaturesExpireAt: Timestamp?

    let zone: SignedZone
    let now: Timestamp
    let allowsExpired: Bool
    /// RRsets that lose their last valid signature soon, and the first of them to do so.
    private var endingCount = 0
    private var endingFirst: (end: Timestamp, line: Int, label: String)?

    init(_ entries: [ZoneFileRecords.Entry], apex: Name, now: Timestamp, allowsExpired: Bool) {
        zone = SignedZone(entries, apex: apex)
        self.now = now
        self.allowsExpired = allowsExpired
        checkFoundation()
        // Without these every owner would bring errors that say the same again.
        guard faults.isEmpty else {
            return
        }
        for node in zone.nodes {
            for set in node.sets where node.isSigned(set.type) {
                checkSignatures(of: set.type, at: node, line: set.line)
            }
        }
        if let first = endingFirst {
            let others = endingCount > 1 ? ", as the first of \(endingCount) RRsets that end soon" : ""
            warnings.add(first.line, "\(first.label): the signature ends on \(first.end.iso8601)\(others)")
        }
        if usesNSEC {
            checkNames()
        }
        if let parameters = usableParameters.first {
            checkHashes(parameters)
        }
    }

    /// Whether the zone denies with NSEC records.
    var usesNSEC: Bool {
        zone.apexNode?.has(.nsec) == true
    }

    /// Parameters that a server may use (RFC 5155 4.1.2): their flags are zero.
    var usableParameters: [(line: Int, fields: RData.NSEC3PARAM)] {
        zone.parameters.compactMap { line, rdata in
            guard let fields = try? RData.NSEC3PARAM(rdata: rdata), fields.flags == 0 else {
                return nil
            }
            return (line, fields)
        }
    }

    private mutating func checkFoundation() {
        guard let apex = zone.apexNode, let soa = apex.sets.first(where: { $0.type == .soa }) else {
            faults.add(0, "the file has no SOA record of \(zone.apex.text)")
            return
        }
        if zone.keys.isEmpty {
            faults.add(soa.line, "\(zone.apex.text) has no DNSKEY record that signs zones: the file is not signed")
        }
        if !apex.signatures.contains(where: { $0.covered == .soa }) {
            faults.add(soa.line, "\(zone.apex.text) SOA has no RRSIG record")
        }
        if !usesNSEC, usableParameters.isEmpty {
            faults.add(
                soa.line,
                "\(zone.apex.text) has neither an NSEC record nor an NSEC3PARAM record with flags of zero"
            )
        }
    }

    private mutating func checkSignatures(of type: RRType, at node: SignedNode, line: Int) {
        let label = "\(node.owner.text) \(type)"
        let candidates = node.signatures.filter { $0.covered == type }
        guard !candidates.isEmpty else {
            faults.add(line, "\(label) has no RRSIG record")
            return
        }
        let usable = candidates.filter { reasonAgainst($0, at: node) == nil }
        guard !usable.isEmpty else {
            let reason = candidates.first.flatMap { reasonAgainst($0, at: node) } ?? ""
            faults.add(line, "\(label) has no RRSIG record that can be valid: \(reason)")
            return
        }
        let begun = usable.filter { $0.secondsToBegin(at: now) <= 0 }
        guard let left = (begun.isEmpty ? usable : begun).map({ $0.secondsLeft(at: now) }).max() else {
            return
        }
        let end = Timestamp(seconds: now.seconds + left)
        if begun.isEmpty {
            let begin = usable.map { now.seconds + $0.secondsToBegin(at: now) }.min() ?? now.seconds
            complain(line, "\(label) has no valid signature before \(Timestamp(seconds: begin).iso8601)")
        } else if left < 0 {
            complain(line, "\(label) has had no valid signature since \(end.iso8601)")
        } else if left < Self.shortValidity {
            endingCount += 1
            if endingFirst.map({ end < $0.end }) ?? true {
                endingFirst = (end, line, label)
            }
        }
        signaturesExpireAt = min(signaturesExpireAt ?? end, end)
    }

    /// Why a validator would not use the signature, whatever the time; nil when it would.
    private func reasonAgainst(_ signature: SignatureFields, at node: SignedNode) -> String? {
        guard signature.signer == zone.apex else {
            return "the signer is \(signature.signer.text), not the zone"
        }
        guard signature.labelCount == node.signedLabelCount else {
            return "it signs an owner of \(signature.labelCount) labels"
        }
        guard zone.keys.mayHaveMade(signature) else {
            return "the zone has no DNSKEY \(signature.keyTag) of algorithm \(signature.algorithm)"
        }
        return nil
    }

    /// An error, unless signatures that are not valid now are allowed.
    private mutating func complain(_ line: Int, _ reason: String) {
        if allowsExpired {
            warnings.add(line, reason)
        } else {
            faults.add(line, reason)
        }
    }
}
