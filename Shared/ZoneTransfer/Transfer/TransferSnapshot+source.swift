// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// A snapshot of a zone store is what transfers are read from.
extension TransferSnapshot: TransferSource {
    /// How many RRsets are in memory at once, or as many as one owner has.
    private static var pageSize: Int { 512 }

    package func rrsets(of zone: Name) throws -> any TransferPages {
        SnapshotPages(self, zone, limit: Self.pageSize)
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

/// The pages of a snapshot.
private final class SnapshotPages: TransferPages {
    private let snapshot: TransferSnapshot
    private let zone: Name
    private let limit: Int
    private var cursor: TransferCursor?
    private var isOver = false

    init(_ snapshot: TransferSnapshot, _ zone: Name, limit: Int) {
        self.snapshot = snapshot
        self.zone = zone
        self.limit = limit
    }

    func next() throws -> [RRset] {
        guard !isOver else { return [] }
        let page = try snapshot.rrsets(of: zone, after: cursor, limit: limit)
        cursor = page.next
        isOver = cursor == nil
        return page.sets
    }
}
