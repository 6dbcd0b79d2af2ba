// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A wildcard that was expanded on the way, whose proof is still to be written.
@safe
struct PendingProof {
    /// The name that the wildcard matched.
    let name: UnsafeRawBufferPointer
    /// The labels of its closest encloser.
    let encloser: Int
}

/// The names and DNAME records that the present answer has passed, so that a loop ends and no record stands twice.
@safe
struct ChainHistory: ~Copyable {
    /// How many CNAME and DNAME records are followed at most.
    static let limit = 18
    /// How many denial records are told apart: three prove the end of a chain, one each expanded wildcard.
    private static let proofLimit = 24

    private var names = InlineArray<18, Int>(repeating: 0)
    private var redirections = InlineArray<18, UInt>(repeating: 0)
    private var proofs = InlineArray<24, UInt>(repeating: 0)
    private var pending = InlineArray<18, PendingProof>(
        repeating: unsafe PendingProof(name: UnsafeRawBufferPointer(start: nil, count: 0), encloser: 0)
    )
    private var nameCount = 0
    private var redirectionCount = 0
    private var proofCount = 0
    /// How many wildcards were expanded on the way.
    private(set) var expansions = 0

    /// Forgets everything.
    mutating func clear() {
        nameCount = 0
        redirectionCount = 0
        proofCount = 0
        expansions = 0
    }

    /// Notes a wildcard that was expanded.
    mutating func expand(_ proof: PendingProof) {
        guard expansions < Self.limit else { return }
        pending[expansions] = proof
        expansions &+= 1
    }

    /// A wildcard that was expanded.
    func proof(_ index: Int) -> PendingProof { pending[index] }

    /// Notes the name at an offset of the message; false when it was noted before, or there is no more room.
    mutating func visit(_ offset: Int) -> Bool {
        guard nameCount < Self.limit else { return false }
        for index in 0..<nameCount where names[index] == offset { return false }
        names[nameCount] = offset
        nameCount &+= 1
        return true
    }

    /// Notes a DNAME by the place of its records; false when it was noted before.
    mutating func redirect(_ records: UnsafeRawBufferPointer) -> Bool {
        guard redirectionCount < Self.limit else { return false }
        let place = UInt(bitPattern: records.baseAddress)
        for index in 0..<redirectionCount where redirections[index] == place { return false }
        redirections[redirectionCount] = place
        redirectionCount &+= 1
        return true
    }

    /// Notes an NSEC or NSEC3 RRset by the place of its records; false when it stands in the answer already.
    mutating func prove(_ records: UnsafeRawBufferPointer) -> Bool {
        let place = UInt(bitPattern: records.baseAddress)
        for index in 0..<proofCount where proofs[index] == place { return false }
        guard proofCount < Self.proofLimit else { return true }
        proofs[proofCount] = place
        proofCount &+= 1
        return true
    }
}
