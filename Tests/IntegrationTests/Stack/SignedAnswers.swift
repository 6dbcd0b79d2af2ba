// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Synchronization

/// Watches the answers for a zone that is signed again and again: each must be of one version.
final class SignedAnswers: Sendable {
    private struct State {
        var isStopped = false
        var faults: [String] = []
        var versionsSeen: Set<Int> = []
    }

    private let versions: [SignedFileRecords]
    private let state = Mutex(State())

    init(versions: [SignedFileRecords]) {
        self.versions = versions
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }
    var faults: [String] { state.withLock { $0.faults } }
    /// The numbers of the versions that answers were of.
    var versionsSeen: Set<Int> { state.withLock { $0.versionsSeen } }

    func stop() {
        state.withLock { $0.isStopped = true }
    }

    /// Takes an answer up: what makes it the answer of no version is a fault.
    func take(_ answer: Message) {
        let sections = [answer.answers, answer.authorities]
        let signatures = sections.joined().filter { $0.type == .rrsig }
        let number = versions.firstIndex { version in
            sections.allSatisfy { version.faults(in: $0).isEmpty }
                && sections.joined().allSatisfy { $0.type == .rrsig || version.has($0) }
        }
        state.withLock { state in
            if let number, !signatures.isEmpty {
                state.versionsSeen.insert(number)
            } else {
                state.faults.append("of no version: \(answer.rcode) \(sections.joined().map(\.line))")
            }
        }
    }
}

extension SignedFileRecords {
    /// Whether the file has the record.
    func has(_ record: ResourceRecord) -> Bool {
        sets[Key(owner: record.owner, type: record.type)]?.contains(record.rdata) == true
    }
}
