// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// The steps that lead from one version of a zone to the one held; each is read when it is its turn.
package struct TransferSteps: Hashable, Sendable {
    let zone: UInt64
    let numbers: Range<UInt64>

    /// How many there are.
    package var count: Int { numbers.count }
}

extension TransferSnapshot {
    /// The least octets that a step takes in the file: two SOA records and some numbers.
    private static var leastStep: Int { 120 }

    /// The steps that lead from `serial` to the version held; none when it is the version held, nil when the zone or not
    /// all of the steps are held and whole.
    ///
    /// - Parameter octets: how many octets they may take in the file; nil for more, too.
    package func steps(
        of name: Name,
        since serial: UInt32,
        octets: Int = .max
    ) throws(ZoneStoreError) -> TransferSteps? {
        try read { transaction throws(LMDBError) in
            guard let record = try store.record(of: name, transaction) else { return nil }
            if record.serial == serial { return TransferSteps(zone: record.number, numbers: 0..<0) }
            let history = store.environment.history
            let indexKey = HistoryIndex.key(zone: record.number)
            guard let value = try transaction.get(history, indexKey),
                let index = HistoryIndex(value, key: indexKey)
            else { return nil }
            // Serials ascend with the steps' numbers.
            var low = index.first
            var high = index.end
            while low < high {
                let middle = low + (high - low) / 2
                let key = HistoryIndex.key(zone: record.number, step: middle)
                guard let value = try transaction.get(history, key),
                    let from = HistoryValue.serials(value, key: key)?.from
                else { return nil }
                if Int32(bitPattern: from &- serial) >= 0 { high = middle } else { low = middle + 1 }
            }
            let numbers = low..<max(low, index.end)
            guard numbers.count <= octets / Self.leastStep else { return nil }
            var reached = serial
            var left = octets
            for number in numbers {
                let key = HistoryIndex.key(zone: record.number, step: number)
                guard let value = try transaction.get(history, key), value.count <= left,
                    let serials = HistoryValue.serials(value, key: key), serials.from == reached
                else { return nil }
                reached = serials.to
                left -= value.count
            }
            return reached == record.serial ? TransferSteps(zone: record.number, numbers: numbers) : nil
        }
    }

    /// One of the steps, counted from 0.
    package func step(_ position: Int, of steps: TransferSteps) throws(ZoneStoreError) -> ZoneDifference {
        try read { transaction throws(LMDBError) in
            let key = HistoryIndex.key(zone: steps.zone, step: steps.numbers.lowerBound + UInt64(position))
            guard let value = try transaction.get(store.environment.history, key),
                let step = HistoryValue.decoded(value, key: key)
            else { throw .damagedValue }
            return step
        }
    }

    /// The steps that lead from `serial` to the version held, in their order; none when it is the version held, nil
    /// when the zone or not all of the steps are held.
    package func differences(of name: Name, since serial: UInt32) throws(ZoneStoreError) -> [ZoneDifference]? {
        guard let steps = try steps(of: name, since: serial) else { return nil }
        var differences: [ZoneDifference] = []
        for position in 0..<steps.count { differences.append(try step(position, of: steps)) }
        return differences
    }
}
