// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

@testable import ACME

/// Keeps one certificate in memory, and dies at a chosen place.
final class MemoryKeeper: IssuanceKeeper {
    /// Where it dies, once: before an effect, or after it and before the caller learns of it.
    enum Place: Hashable, CaseIterable {
        case keyUnsaved, keySaved, order, orderUnsaved, orderSaved, unpublished, published
        case answer, finalize, download, present, withdrawn
    }

    struct Death: Error, Equatable {
        let place: Place
    }

    private struct State {
        var progress: IssuanceProgress
        var death: Place?
        var keys: [String] = []
        var steps: [IssuanceStep: Int] = [:]
        var proofs: Set<DNSProof> = []
        var isEverywhere = true
    }

    private let server: ChallengeServer?
    private let state: Mutex<State>

    /// - Parameters:
    ///   - server: Gets the records; nil has them nowhere.
    ///   - death: nil lives on.
    init(_ names: [String], server: ChallengeServer?, death: Place? = nil) {
        self.server = server
        state = Mutex(State(progress: IssuanceProgress(names: names, algorithm: .ecdsa), death: death))
    }

    /// What was saved last.
    var progress: IssuanceProgress { state.withLock(\.progress) }
    /// Every key that was saved.
    var keys: [String] { state.withLock(\.keys) }
    /// The records that are there.
    var proofs: Set<DNSProof> { state.withLock(\.proofs) }
    /// Whether the place to die at was reached, or is still to come.
    var isDeadly: Bool { state.withLock { $0.death != nil } }

    /// How often a step was begun.
    func count(_ step: IssuanceStep) -> Int { state.withLock { $0.steps[step, default: 0] } }

    /// Says whether name servers have the records.
    func setEverywhere(_ isEverywhere: Bool) { state.withLock { $0.isEverywhere = isEverywhere } }

    func begin(_ step: IssuanceStep) async throws {
        switch step {
        case .order: try die(.order)
        case .answer: try die(.answer)
        case .finalize: try die(.finalize)
        case .download: try die(.download)
        }
        state.withLock { $0.steps[step, default: 0] += 1 }
    }

    func save(_ progress: IssuanceProgress) async throws {
        try die(progress.order == nil ? .keyUnsaved : .orderUnsaved)
        state.withLock { state in
            state.progress = progress
            if let key = progress.key, state.keys.last != key { state.keys.append(key) }
        }
        try die(progress.order == nil ? .keySaved : .orderSaved)
    }

    func publish(_ proofs: Set<DNSProof>) async throws -> Bool {
        try die(.unpublished)
        // What is there already is not added again.
        for proof in proofs.subtracting(self.proofs) {
            try server?.add(proof.text, below: String(proof.name.dropFirst("_acme-challenge.".count)))
        }
        state.withLock { $0.proofs = proofs }
        try die(.published)
        return state.withLock(\.isEverywhere)
    }

    func withdraw() async throws {
        try die(.present)
        for proof in proofs {
            try server?.remove(below: String(proof.name.dropFirst("_acme-challenge.".count)))
        }
        state.withLock { $0.proofs = [] }
        try die(.withdrawn)
    }

    private func die(_ place: Place) throws {
        try state.withLock { state in
            guard state.death == place else { return }
            state.death = nil
            throw Death(place: place)
        }
    }
}
