// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import Glibc
import Logging
import Runtime
import ServiceLifecycle
import ZoneStore
import ZoneSync

/// Opens the replica in whatever state it is, and looks after it while it is served.
enum ReplicaGuard {
    /// Locks the folder and opens the replica in it. A file that is damaged or of another format makes way for an empty
    /// one, which fills from the origin; everything that was found is logged.
    static func open(_ folder: String, logger: Logger) throws(DaemonError) -> (store: ZoneStore, lock: FolderLock) {
        MapFault.install()
        if unsafe mkdir(folder, 0o750) != 0, errno != EEXIST {
            let reason = DaemonError.reason(errno: errno)
            throw .unavailable("cannot make the folder \(folder) (option data-dir): \(reason)")
        }
        // Before the file is touched: what another process serves must not be taken away under it.
        let lock = try FolderLock(folder: folder)
        let store = try naming { () throws(ZoneStoreError) in
            try ZoneStore.openReplacingDamaged(path: folder, digest: ZoneDigest.sha256)
        }
        report(store, logger)
        return (store, lock)
    }

    private static func naming(_ body: () throws(ZoneStoreError) -> ZoneStore) throws(DaemonError) -> ZoneStore {
        do throws(ZoneStoreError) {
            return try body()
        } catch {
            throw .unavailable("\(error) (option data-dir)")
        }
    }

    private static func report(_ store: ZoneStore, _ logger: Logger) {
        for note in store.notes {
            logger.error("\(note)", metadata: ["path": "\(store.path)"])
        }
        for zone in store.damagedZones.prefix(100) {
            logger.error("a zone is damaged, answers SERVFAIL and is fetched anew", metadata: ["zone": "\(zone.text)"])
        }
    }
}

extension ReplicaGuard {
    /// Opens the replica of a process that still serves it, and still changes it. Whatever is wrong with it then is for
    /// that process to mend: this one is not needed yet.
    static func openShared(_ folder: String) throws(DaemonError) -> ZoneStore {
        MapFault.install()
        do throws(ZoneStoreError) {
            return try ZoneStore(path: folder, isShared: true, digest: ZoneDigest.sha256)
        } catch {
            throw .unavailable("\(error) (option data-dir)")
        }
    }
}

/// Verifies the replica until shutdown.
struct ReplicaVerifierService: Service {
    let verifier: ReplicaVerifier

    /// A service that looks after `store`, which `client` keeps following.
    init(store: ZoneStore, client: FollowerClient, logger: Logger) {
        verifier = ReplicaVerifier(
            store: store,
            logger: logger,
            mend: { client.mend() },
            cutShort: { MapFault.end() }
        )
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { await verifier.run() }
    }
}

/// What happens when the replica's file ends before what is read of it: the system sends SIGBUS, and nothing can be
/// answered from that file any more.
///
/// The process says so and ends; the service manager starts it again, and the start finds the file cut short, moves it
/// aside and fetches the replica anew.
enum MapFault {
    /// Sets the handler of SIGBUS.
    static func install() {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in MapFault.end() }
        unsafe sigaction(SIGBUS, &action, nil)
    }

    /// Says what happened and ends the process. Only what a signal handler may call.
    static func end() -> Never {
        let line: StaticString =
            "zonewright-dns: the replica's file was cut short while it was served: restart to fetch it anew\n"
        _ = unsafe write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
        _exit(ExitCode.unavailable.rawValue)
    }
}
