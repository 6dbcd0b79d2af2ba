// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Logging
import Runtime
import ZoneStore
import ZoneSync

/// The folder of a relay's replica, held by one process.
///
/// The kernel gives the lock back when the process ends, however it ends.
final class RelayFolder: Sendable {
    private let descriptor: CInt
    /// The replica, with its log.
    let store: ZoneStore

    /// Makes the folder if need be, locks it, and opens the replica in it. A file that is damaged or of another format
    /// makes way for an empty one, which fills from upstream. Throws what to tell the operator (exit status 69).
    init(_ folder: String, log: StreamLogLimits, logger: Logger) throws(DaemonError) {
        if unsafe mkdir(folder, 0o750) != 0, errno != EEXIST {
            let reason = DaemonError.reason(errno: errno)
            throw .unavailable("cannot make the folder \(folder) (option replica-dir): \(reason)")
        }
        // A responder locks its replica by the same file: neither may use a folder of the other.
        let path = "\(folder)/zonewright-dns.lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw .unavailable("cannot open \(path) (option replica-dir): \(DaemonError.reason(errno: errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            let reason =
                code == EWOULDBLOCK ? "another relay or responder uses the folder" : DaemonError.reason(errno: code)
            throw .unavailable("cannot lock \(folder) (option replica-dir): \(reason)")
        }
        do throws(ZoneStoreError) {
            store = try ZoneStore.openReplacingDamaged(path: folder, streamLog: log, digest: ZoneDigest.sha256)
        } catch {
            close(descriptor)
            throw .unavailable("\(error) (option replica-dir)")
        }
        self.descriptor = descriptor
        for note in store.notes { logger.error("\(note)", metadata: ["path": "\(store.path)"]) }
    }

    deinit { close(descriptor) }
}
