// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Synchronization

/// The zones whose data is not what was stored: readers answer nothing from them until they have come anew.
///
/// Only in memory: what is damaged is found again at the next start.
final class DamagedZones: Sendable {
    private let zones = Mutex<[Name: UInt64]>([:])
    private let changes = Atomic<UInt64>(0)

    /// Changes with each zone that is marked or cleared.
    var generation: UInt64 { changes.load(ordering: .acquiring) }

    /// The zones.
    var names: [Name] { zones.withLock { Array($0.keys) } }

    /// The numbers of the zones, in ascending order.
    var numbers: [UInt64] { zones.withLock { $0.values.sorted() } }

    /// Whether a zone is marked.
    func contains(_ name: Name) -> Bool { zones.withLock { $0[name] != nil } }

    /// Marks a zone; false when it was already.
    @discardableResult
    func mark(_ name: Name, number: UInt64) -> Bool {
        let isNew = zones.withLock { $0.updateValue(number, forKey: name) != number }
        if isNew { changes.add(1, ordering: .releasing) }
        return isNew
    }

    /// Clears zones that have come anew, or are gone.
    func clear(_ names: [Name]) {
        guard zones.withLock({ !$0.isEmpty }) else { return }
        let isChange = zones.withLock { zones in
            names.reduce(false) { (zones.removeValue(forKey: $1) != nil) || $0 }
        }
        if isChange { changes.add(1, ordering: .releasing) }
    }
}
