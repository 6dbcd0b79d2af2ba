// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport

/// The end of the socket at which a service manager hears of its services (sd_notify(3)).
final class ServiceManager {
    /// What `NOTIFY_SOCKET` is to be.
    let address: String
    private let descriptor: CInt

    init() throws {
        address = "/tmp/manager-\(getpid())-\(UInt32.random(in: .min ... .max))"
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SupportError("socket: error \(errno)") }
        var name = sockaddr_un()
        name.sun_family = sa_family_t(AF_UNIX)
        // SAFETY: the path is shorter than sun_path, which starts zeroed.
        unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: address.utf8) }
        // SAFETY: the address is of the length given and outlives the call.
        let isBound = unsafe withUnsafePointer(to: &name) { name in
            unsafe bind(
                descriptor,
                UnsafeRawPointer(name).assumingMemoryBound(to: sockaddr.self),
                socklen_t(MemoryLayout<sockaddr_un>.size)
            ) == 0
        }
        guard isBound else { throw SupportError("cannot bind \(address): error \(errno)") }
    }

    deinit {
        close(descriptor)
        // SAFETY: the path is only read.
        unsafe unlink(address)
    }

    /// Waits for a message with `text` in one of its lines; gives back the messages up to it, itself the last.
    func messages(upTo text: String) throws -> [String] {
        var messages: [String] = []
        while messages.last?.split(separator: "\n").contains(where: { $0.hasPrefix(text) }) != true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // SAFETY: one structure, which outlives the call.
            guard unsafe poll(&waiting, 1, 60_000) == 1 else {
                throw SupportError("no \(text) came, but \(messages)")
            }
            var buffer = [UInt8](repeating: 0, count: 4_096)
            // SAFETY: the array's own memory and length.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
            guard count >= 0 else { throw SupportError("recv: error \(errno)") }
            messages.append(String(decoding: buffer[..<count], as: UTF8.self))
        }
        return messages
    }
}
