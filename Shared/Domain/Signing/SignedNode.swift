// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// All that a file has at one owner.
struct SignedNode {
    /// What a name is to the zone: this decides what of it is signed.
    enum Kind {
        /// The zone answers for it.
        case authoritative
        /// A delegation: of what stands here only DS and NSEC are the zone's own (RFC 4035 2.2).
        case cut
        /// Below a delegation or a DNAME: glue, or data that nobody is answered with.
        case hidden
        /// A hashed owner of the NSEC3 chain.
        case hashed
    }

    let owner: Name
    /// Where the owner stands first.
    let line: Int
    var kind = Kind.authoritative
    /// The types that stand here, RRSIG too, with the line of the first record; few, so that a list does.
    private(set) var sets: [(type: RRType, line: Int)] = []
    private(set) var signatures: [SignatureFields] = []
    /// RDATA of the NSEC and NSEC3 records.
    private(set) var denials: [(line: Int, type: RRType, rdata: [UInt8])] = []

    init(owner: Name, line: Int) {
        self.owner = owner
        self.line = line
    }

    mutating func add(_ entry: ZoneFileRecords.Entry) {
        let draft = entry.draft
        if !has(draft.type) {
            sets.append((draft.type, entry.line))
        }
        switch draft.type {
        case .rrsig:
            if let fields = SignatureFields(rdata: draft.rdata) {
                signatures.append(fields)
            }
        case .nsec, .nsec3:
            // A file may have a record twice.
            if !denials.contains(where: { $0.rdata == draft.rdata }) {
                denials.append((entry.line, draft.type, draft.rdata))
            }
        default: break
        }
    }

    func has(_ type: RRType) -> Bool {
        sets.contains { $0.type == type }
    }

    /// Whether the zone answers for the type here, so that it must be signed.
    func isSigned(_ type: RRType) -> Bool {
        switch kind {
        case .hidden: false
        case .cut: type == .ds || type == .nsec
        case .authoritative, .hashed: type != .rrsig
        }
    }

    /// The types that an NSEC record of this owner lists (RFC 4034 4.1.2, RFC 6840 4.1): glue is none of them.
    var listedTypes: [RRType] {
        let types = kind == .cut ? sets.map(\.type).filter { Self.ofCuts.contains($0) } : sets.map(\.type)
        return types.sorted()
    }

    /// The labels as a signature counts them.
    var signedLabelCount: Int {
        owner.labelCount - (owner.isWildcard ? 1 : 0)
    }

    private static let ofCuts: Set<RRType> = [.ns, .ds, .rrsig, .nsec]
}
