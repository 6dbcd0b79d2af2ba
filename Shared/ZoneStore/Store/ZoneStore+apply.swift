// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Synchronization

extension ZoneStore {
    /// Does the operations in their order in one durable transaction, and gives back what became of each.
    ///
    /// A zone that cannot be stored keeps its old version and does not stop the others. `position` is stored in the
    /// same transaction: after a crash the store has both or neither. An error means that nothing was changed.
    ///
    /// - Parameter log: What the operations are to the stream that the store passes on, where it does. Operations of
    ///   which nothing is said count as a part of a state that is not whole.
    package func apply(
        _ operations: [ZoneOperation],
        position: StreamPosition?,
        log: StreamLogStep? = nil
    ) throws(ZoneStoreError) -> [ZoneOutcome] {
        if isReadOnly { throw .openedReadOnly(path: path) }
        return try writer.withLock { _ throws(ZoneStoreError) in
            while true {
                do throws(LMDBError) {
                    let outcomes = try attempt(operations, position: position, log: log)
                    clearDamage(operations, outcomes)
                    noteChange(Self.changed(operations, outcomes))
                    return outcomes
                } catch {
                    guard error.isMapFull || error.isMapResized else { throw error.storeError(path: path) }
                    try grow(takingOver: error.isMapResized)
                }
            }
        }
    }

    /// Has the hash of all zones computed anew from their records.
    package func recomputeSetHash() throws(ZoneStoreError) {
        if isReadOnly { throw .openedReadOnly(path: path) }
        try writer.withLock { _ throws(ZoneStoreError) in
            try naming { () throws(LMDBError) in
                var batch = try ApplyBatch(environment, digest: digest, damage: damage)
                batch.recomputeSetHash()
                try batch.finish(position: nil)
            }
        }
    }

    private func attempt(
        _ operations: [ZoneOperation],
        position: StreamPosition?,
        log: StreamLogStep?
    ) throws(LMDBError) -> [ZoneOutcome] {
        var batch = try ApplyBatch(environment, digest: digest, damage: damage)
        var outcomes: [ZoneOutcome] = []
        outcomes.reserveCapacity(operations.count)
        for operation in operations {
            outcomes.append(try batch.apply(operation))
        }
        if let streamLog {
            try batch.note(operations, log ?? (operations.isEmpty ? .entries([]) : .filling), position, streamLog)
        }
        try batch.finish(position: position)
        return outcomes
    }

    /// Doubles the map, or takes over the size that another process has given it.
    private func grow(takingOver: Bool) throws(ZoneStoreError) {
        let size = environment.mapSize
        guard takingOver || size < maximumMapSize else {
            throw .sizeLimitReached(path: path, limit: maximumMapSize)
        }
        let wanted = takingOver ? 0 : min(size * 2, maximumMapSize)
        try naming { () throws(LMDBError) in try resize(to: wanted) }
    }

    /// Zones that have come whole are sound again.
    private func clearDamage(_ operations: [ZoneOperation], _ outcomes: [ZoneOutcome]) {
        guard !damage.names.isEmpty else { return }
        damage.clear(
            zip(operations, outcomes).compactMap { operation, outcome in
                guard outcome == .applied else { return nil }
                return switch operation {
                case .replace(let contents), .overwrite(let contents): contents.name
                case .update: nil
                case .delete(let name, _, _): name
                }
            }
        )
    }

    private static func changed(_ operations: [ZoneOperation], _ outcomes: [ZoneOutcome]) -> [AppliedZone] {
        zip(operations, outcomes).compactMap { operation, outcome in
            guard outcome == .applied else { return nil }
            return switch operation {
            case .replace(let contents), .overwrite(let contents):
                AppliedZone(name: contents.name, generation: contents.generation, serial: contents.serial)
            case .update(let update):
                AppliedZone(name: update.name, generation: update.generation, serial: update.serial)
            case .delete(let name, let generation, _):
                AppliedZone(name: name, generation: generation, serial: nil)
            }
        }
    }
}
