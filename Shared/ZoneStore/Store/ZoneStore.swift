// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CLMDB
internal import Glibc
internal import Synchronization

/// The zones that a responder answers from, or a relay passes on: an LMDB file in a folder of its own.
///
/// One thread at a time writes; any number read at the same time, each from one consistent snapshot, also from other
/// processes. What `apply` has given back survives a crash of the process and of the machine.
package final class ZoneStore: Sendable {
    /// The version of the file's format that this program reads and writes.
    package static let formatVersion: UInt32 = 2
    /// The size of the map to begin with where the system does not give address space for all of it: 256 MiB.
    package static let smallMapSize = 256 << 20
    /// How far the map may grow, unless the caller says otherwise: 64 GiB.
    package static let defaultMaximumMapSize = 64 << 30
    /// How many readers there may be at once, in all processes.
    package static let maximumReaders: UInt32 = 512

    /// The folder.
    package let path: String
    /// Whether the store was opened for reading only.
    package var isReadOnly: Bool { environment.isReadOnly }

    let environment: LMDBEnvironment
    let gate = ReaderGate()
    let digest: RRsetDigest
    let maximumMapSize: Int
    /// What is kept of the stream to be passed on; nil where it is not.
    let streamLog: StreamLogLimits?
    let writer = Mutex<Void>(())
    private let counter = Atomic<UInt64>(1)
    private let mapCounter = Atomic<UInt64>(0)
    let damage = DamagedZones()
    /// Sentences for the operator about what was found and mended when the store was opened.
    package let notes: [String]
    private let observers = Mutex<[@Sendable ([AppliedZone]) -> Void]>([])
    private let batchObservers = Mutex<[@Sendable () -> Void]>([])

    /// Opens the store in the folder `path`, and makes it when it is not there and `readOnly` is false.
    ///
    /// When it is opened for writing the whole file is checked first. One whose pages are damaged is an error; zones of
    /// which a value is damaged are marked (`damagedZones`), and what `notes` say is mended.
    ///
    /// - Parameters:
    ///   - mapSize: The size of the map in octets to begin with; the file itself is only as large as what it holds, so
    ///     that by default the map has its greatest size from the start and never has to be moved.
    ///   - maximumMapSize: How far the map may grow.
    ///   - isShared: Whether another process may be changing the file at this moment: nothing of it is checked or mended.
    ///   - streamLog: How much of the stream is kept to be passed on; nil for nothing. A log that somebody has not kept up
    ///     begins anew at the store's position.
    ///   - digest: The digest that hashes are sums of.
    ///   - earlierNotes: What `notes` begin with.
    package init(
        path: String,
        mapSize: Int? = nil,
        maximumMapSize: Int = ZoneStore.defaultMaximumMapSize,
        readOnly: Bool = false,
        isShared: Bool = false,
        streamLog: StreamLogLimits? = nil,
        digest: @escaping RRsetDigest,
        earlierNotes: [String] = []
    ) throws(ZoneStoreError) {
        self.path = path
        self.digest = digest
        self.streamLog = readOnly ? nil : streamLog
        self.maximumMapSize = max(maximumMapSize, mapSize ?? 0)
        if !readOnly { try Self.makeFolder(path) }
        var size = Self.roundedToPages(mapSize ?? maximumMapSize)
        var opened: LMDBEnvironment?
        while opened == nil {
            do throws(LMDBError) {
                opened = try LMDBEnvironment(
                    path: path,
                    mapSize: size,
                    maximumReaders: Self.maximumReaders,
                    readOnly: readOnly,
                    checks: !readOnly && !isShared
                )
            } catch {
                // A limit on address space: begin small and let the map grow.
                guard error.code == ENOMEM, mapSize == nil, size > Self.smallMapSize else {
                    throw error.storeError(path: path)
                }
                size = Self.smallMapSize
            }
        }
        guard let opened else { throw .outOfMemory }
        environment = opened
        try Self.checkFormat(environment, path: path)
        do throws(LMDBError) {
            try environment.openData()
            if let findings = environment.findings, !findings.isEmpty {
                notes = try earlierNotes + StoreRepair.run(findings, environment, digest: digest, damage: damage)
            } else {
                notes = earlierNotes
            }
            if self.streamLog != nil {
                try environment.openLog()
                try StreamLogStart.run(environment)
            }
        } catch {
            throw error.storeError(path: path)
        }
    }

    /// Changes with every applied batch: what was made from the store at another value may be out of date.
    package var changeCounter: UInt64 { counter.load(ordering: .acquiring) }

    /// The size of the map, in octets.
    package var mapSize: Int { environment.mapSize }

    /// Changes when the map is moved.
    var mapGeneration: UInt64 { mapCounter.load(ordering: .acquiring) }

    /// Calls `observer` after every applied batch that has changed zones, on the thread that has applied it and before
    /// the next batch can be applied: it should only pass the zones on.
    package func observeChanges(_ observer: @escaping @Sendable ([AppliedZone]) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Calls `observer` after every applied batch, also one that only moved the position; otherwise as
    /// ``observeChanges(_:)``.
    package func observeBatches(_ observer: @escaping @Sendable () -> Void) {
        batchObservers.withLock { $0.append(observer) }
    }

    /// Tells readers and observers that a batch has been committed.
    func noteChange(_ zones: [AppliedZone]) {
        counter.add(1, ordering: .releasing)
        for observer in batchObservers.withLock(\.self) { observer() }
        guard !zones.isEmpty else { return }
        for observer in observers.withLock(\.self) { observer(zones) }
    }

    /// Makes the map `size` octets large, once no reader is inside; 0 takes over the size that another process has
    /// given it.
    func resize(to size: Int) throws(LMDBError) {
        try gate.whileEmpty { () throws(LMDBError) in
            mapCounter.add(1, ordering: .releasing)
            try environment.resize(to: size)
        }
    }

    /// Runs `body` with LMDB's errors made into the store's.
    func naming<Result: ~Copyable>(_ body: () throws(LMDBError) -> Result) throws(ZoneStoreError) -> Result {
        do throws(LMDBError) {
            return try body()
        } catch {
            throw error.storeError(path: path)
        }
    }

    private static func checkFormat(_ environment: LMDBEnvironment, path: String) throws(ZoneStoreError) {
        do throws(LMDBError) {
            let found = try LMDBTransaction(environment, readOnly: true).get(environment.meta, MetaKey.format)
            if found == nil, !environment.isReadOnly {
                let transaction = try LMDBTransaction(environment, readOnly: false)
                var value: [UInt8] = []
                value.appendBigEndian(formatVersion)
                try transaction.put(environment.meta, MetaKey.format, value)
                try transaction.commit()
                return
            }
            guard let found else { throw .missingFormat }
            var cursor = ByteCursor(found)
            let version = cursor.next(UInt32.self) ?? 0
            guard version != formatVersion else { return }
            throw .otherFormat(version)
        } catch {
            throw error.storeError(path: path)
        }
    }

    static func makeFolder(_ path: String) throws(ZoneStoreError) {
        guard unsafe mkdir(path, 0o750) != 0, errno != EEXIST else { return }
        throw LMDBError(code: errno, operation: "make the folder").storeError(path: path)
    }

    private static func roundedToPages(_ size: Int) -> Int {
        max(1 << 20, (size + 4095) & ~4095)
    }
}
