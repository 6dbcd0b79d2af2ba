// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
package import DNSWire
internal import Glibc
internal import Synchronization

/// One consistent state of all zones, for as long as it is held.
///
/// While it is held the file cannot use again what changes have freed, so hold it for one transfer only. Any thread may
/// use it, one at a time; every call reads the file and may block on the disk. When the map has to grow meanwhile,
/// which happens only where the system does not give address space for the greatest size at once, calls throw
/// `ZoneStoreError.snapshotLost`.
@safe
package final class TransferSnapshot: Sendable {
    private struct Held: ~Copyable {
        // Nil only between init's steps.
        let transaction: LMDBTransaction
    }

    let store: ZoneStore
    private let presence: ReaderGate.Presence
    private let mapGeneration: UInt64
    private let held: Mutex<Held>

    init(_ store: ZoneStore) throws(ZoneStoreError) {
        let presence = store.gate.register()
        store.gate.enter(presence)
        defer { store.gate.exit(presence) }
        do throws(LMDBError) {
            let transaction = try LMDBTransaction(store.environment, readOnly: true)
            held = Mutex(Held(transaction: transaction))
        } catch {
            store.gate.unregister(presence)
            throw error.storeError(path: store.path)
        }
        self.store = store
        self.presence = presence
        mapGeneration = store.mapGeneration
    }

    deinit {
        store.gate.unregister(presence)
    }

    /// The zone with the apex `name`; nil when it is not held.
    package func zone(_ name: Name) throws(ZoneStoreError) -> ZoneSummary? {
        try read { transaction throws(LMDBError) in
            try store.record(of: name, transaction)?.summary(name: name.lowercased())
        }
    }

    /// The SOA record of the zone with the apex `name`; nil when it is not held.
    package func soa(of name: Name) throws(ZoneStoreError) -> RRset? {
        try read { transaction throws(LMDBError) in
            guard let record = try store.record(of: name, transaction) else { return nil }
            return RRset(owner: name.lowercased(), type: .soa, ttl: record.soaTTL, rdatas: [record.soa])
        }
    }

    func read<Result: Sendable>(
        _ body: (borrowing LMDBTransaction) throws(LMDBError) -> Result
    ) throws(ZoneStoreError) -> Result {
        try held.withLock { held throws(ZoneStoreError) in
            store.gate.enter(presence)
            defer { store.gate.exit(presence) }
            guard store.mapGeneration == mapGeneration else { throw .snapshotLost(path: store.path) }
            do throws(LMDBError) {
                return try body(held.transaction)
            } catch {
                throw error.storeError(path: store.path)
            }
        }
    }
}

extension ZoneStore {
    /// The newest state of all zones, to be read from at leisure.
    package func transferSnapshot() throws(ZoneStoreError) -> TransferSnapshot {
        try TransferSnapshot(self)
    }

    /// The record of the zone with the apex `name`; nil when it is not held.
    func record(of name: Name, _ transaction: borrowing LMDBTransaction) throws(LMDBError) -> ZoneRecord? {
        let key = OwnerKey.zone(name)
        guard let value = try transaction.get(environment.zones, key) else { return nil }
        guard let record = ZoneRecord(value, key: key) else { throw .damagedValue }
        return record
    }
}
