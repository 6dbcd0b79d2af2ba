// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Runtime

/// Keeps a second responder away from a data folder: two would apply the stream twice and acknowledge for each other.
///
/// The kernel gives the lock back when the process ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: CInt

    /// Locks the folder, or throws what to tell the operator (exit status 69).
    init(folder: String) throws(DaemonError) {
        let path = "\(folder)/zonewright-dns.lock"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw .unavailable("cannot open \(path) (option data-dir): \(DaemonError.reason(errno: errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            let reason =
                code == EWOULDBLOCK
                ? "another zonewright-dns uses the folder" : DaemonError.reason(errno: code)
            throw .unavailable("cannot lock \(folder) (option data-dir): \(reason)")
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
