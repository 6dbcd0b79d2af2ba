// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// A snapshot of a zone store is what transfers are read from.
extension TransferSnapshot: TransferSource {
    package func records(of zone: Name) throws -> any TransferContents {
        SnapshotContents(try TransferWalk(self, of: zone))
    }

    package func differences(
        of zone: Name,
        since serial: UInt32,
        octets: Int
    ) throws -> (any TransferDifferences)? {
        guard let steps = try steps(of: zone, since: serial, octets: octets) else { return nil }
        return SnapshotDifferences(self, steps)
    }
}

/// The differences that a snapshot keeps.
private final class SnapshotDifferences: TransferDifferences {
    private let snapshot: TransferSnapshot
    private let steps: TransferSteps
    private var position = 0

    init(_ snapshot: TransferSnapshot, _ steps: TransferSteps) {
        self.snapshot = snapshot
        self.steps = steps
    }

    func next() throws -> TransferDifference? {
        guard position < steps.count else { return nil }
        let step = try snapshot.step(position, of: steps)
        position += 1
        return TransferDifference(
            oldSOA: step.oldSOA,
            newSOA: step.newSOA,
            removed: step.removed,
            added: step.added
        )
    }
}

/// The records of a zone in a snapshot.
private final class SnapshotContents: TransferContents {
    private var walk: TransferWalk
    /// How many records of the next owner earlier messages have.
    private var written = 0

    init(_ walk: TransferWalk) {
        self.walk = walk
    }

    func write(to message: inout TransferPacker) throws -> Bool {
        try walk.forEach { owner in
            let isApex = owner.isApex
            let labels = unsafe owner.labels
            var index = 0
            var repeats = false
            let isWhole = try unsafe owner.forEachRecord { type, ttl, rdata in
                // The zone's SOA stands first and last, and nowhere else.
                if type == RRType.soa.rawValue, isApex { return true }
                defer { index += 1 }
                guard index >= written else { return true }
                let isIn = try unsafe message.append(labels, repeats: repeats, type: type, ttl: ttl, rdata: rdata)
                if !isIn { written = index }
                repeats = true
                return isIn
            }
            if isWhole { written = 0 }
            return isWhole
        }
    }
}
