// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Synchronization

/// Tells the service manager about this process (sd_notify(3)): one datagram a message to `$NOTIFY_SOCKET`.
package final class SystemdNotifier: Sendable {
    private let path: [UInt8]
    /// How often the service manager expects a sign of life; `nil` without watchdog.
    package let watchdogInterval: Duration?
    private let isSilent = Atomic<Bool>(false)

    /// Reads `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`; `nil` when not started by a service manager.
    package init?(environment: [String: String], processID: Int32 = getpid()) {
        guard let socket = environment["NOTIFY_SOCKET"], socket.utf8.count > 1, socket.utf8.count <= 107 else {
            return nil
        }
        var path = Array(socket.utf8)
        switch path[0] {
        case UInt8(ascii: "/"): break
        // An abstract socket: the name begins with a zero octet and has no end mark (unix(7)).
        case UInt8(ascii: "@"): path[0] = 0
        default: return nil
        }
        self.path = path
        let forUs = environment["WATCHDOG_PID"].map { Int32($0) == processID } ?? true
        watchdogInterval = forUs ? environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { .microseconds($0) } : nil
    }

    /// Makes another process the service's main one. Messages of this one would not be taken, and are not sent.
    package func yield(to process: Int32) {
        send("MAINPID=\(process)")
        isSilent.store(true, ordering: .relaxed)
    }

    /// Sends one message, for example `READY=1`. A lost message is not an error of the daemon.
    @discardableResult
    package func send(_ message: String) -> Bool {
        guard !isSilent.load(ordering: .relaxed) else { return false }
        let descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is at most 107 octets and sun_path has 108; the structure starts zeroed.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count + (path[0] == 0 ? 0 : 1))
        let bytes = Array(message.utf8)
        // SAFETY: both buffers live for the call and their lengths are those of the buffers.
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL), address, length)
            }
        }
        return sent == bytes.count
    }
}
