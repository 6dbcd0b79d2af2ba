// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ZoneStore
import ZoneSync

/// A follower that is sent anything hands out only zones that can be held, and acknowledges only what was applied.
///
/// An input is how the session begins and what becomes of batches (one octet), and the origin's lines.
final class FollowerCheck: FuzzCheck {
    private static let greeting = "ZSP/1 ready node=o epoch=e head=100 floor=0 caps="

    func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let form = input.first else { return }
        let node = OriginNode(name: "n", role: "responder", software: "")
        let position = form & 1 == 0 ? nil : StreamPosition(epoch: "e", position: 5)
        var session = FollowerSession(
            FollowerSession.Start(node: node, position: position, zones: 0, setHash: .zero, mends: form & 2 != 0)
        )
        var lines = input[1...].split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
        if form & 4 == 0 { lines = [Array(Self.greeting.utf8), Array("+OK hello node=n".utf8)] + lines }
        var verdict = Int(form >> 3)
        for line in lines {
            do throws(ProtocolError) {
                try session.receive(line.count > session.lineLimit ? .oversized : .line(line))
            } catch {
                return
            }
            try promise(session.pendingOctets >= 0, "octets are counted")
            try checkOutgoing(&session, mayAcknowledge: false)
            // A batch may be taken while others come in.
            if verdict % 3 != 0 {
                guard try apply(&session, &verdict) else { return }
            }
            verdict += 1
        }
        _ = try apply(&session, &verdict)
    }

    /// Takes what is to be applied, and tells the session what became of it; false when that ends the session.
    private func apply(_ session: inout FollowerSession, _ verdict: inout Int) throws(BrokenPromise) -> Bool {
        guard let batch = session.takeBatch() else { return true }
        try promise(session.takeBatch() == nil, "one batch at a time")
        for operation in batch.operations { try checkOperation(operation) }
        let outcomes = batch.operations.map { operation in
            verdict += 1
            switch verdict % 8 {
            case 0: return ZoneOutcome.baseMismatch
            case 1: return .hashMismatch
            case 2: return .unchanged
            default: return .applied
            }
        }
        let position = batch.position(after: outcomes)
        try promise(position <= batch.position, "a position is not ahead of its batch")
        let former = session.status.position
        let zones = batch.operations.count
        let result = FollowerBatchResult(outcomes: outcomes, position: position, setHash: .zero, zones: zones)
        do throws(ProtocolError) {
            try session.finished(result)
        } catch {
            return false
        }
        if batch.mode == .live { try promise(session.status.position >= former, "positions only grow") }
        try checkOutgoing(&session, mayAcknowledge: true)
        return true
    }

    /// What is handed out can be held in a zone.
    private func checkOperation(_ operation: FollowerOperation) throws(BrokenPromise) {
        let apex: Name
        let rrsets: [RRset]
        switch operation.operation {
        case .replace(let contents), .overwrite(let contents): (apex, rrsets) = (contents.name, contents.rrsets)
        case .update(let update): (apex, rrsets) = (update.name, update.rrsets)
        case .delete: return
        }
        for rrset in rrsets {
            try promise(rrset.owner.isSubdomain(of: apex), "an owner lies in its zone")
            try promise(!rrset.rdatas.isEmpty && !rrset.type.isMeta, "a set has records that a zone can hold")
            for rdata in rrset.rdatas {
                try promise((try? RDataValidator.validate(rrset.type, rdata)) != nil, "RDATA is valid")
            }
        }
    }

    /// What is sent is understood, and nothing is acknowledged that was not applied.
    private func checkOutgoing(_ session: inout FollowerSession, mayAcknowledge: Bool) throws(BrokenPromise) {
        for message in session.takeOutgoing() {
            let line = message.line
            let again = (try? ClientMessage.parse(Array(line.utf8))) ?? nil
            try promise(again?.line == line, "what is sent is understood: \(line)")
            if case .acknowledge = message { try promise(mayAcknowledge, "only what was applied is acknowledged") }
        }
    }
}
