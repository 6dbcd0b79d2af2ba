// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Synchronization

/// Writes whole lines to stderr; lines of several threads never mix.
final class StandardErrorSink: Sendable {
    static let shared = StandardErrorSink()

    private let lock = Mutex(())

    /// Writes all bytes. A closed or full stderr loses the line: logging never stops the daemon.
    func write(_ bytes: [UInt8]) {
        lock.withLock { _ in
            var written = 0
            while written < bytes.count {
                // SAFETY: the slice lies within the array's bytes, which live for the call.
                let count = unsafe bytes.withUnsafeBytes { buffer in
                    unsafe Glibc.write(2, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
                }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                written += count
            }
        }
    }
}
