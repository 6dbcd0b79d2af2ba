// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CDatagram
import Glibc

/// Where supervised programs tell their state (sd_notify(3)), as they would tell a service manager.
final class NotificationSocket {
    /// A message and the process that sent it, as the kernel knows it.
    struct Message {
        var process: pid_t
        var text: String

        /// The process that the sender makes the program's main one in its place; nil when it says nothing of it.
        var successor: pid_t? {
            text.split(separator: "\n").compactMap { line in
                line.hasPrefix("MAINPID=") ? pid_t(line.dropFirst(8)) : nil
            }.last { $0 > 1 && $0 != process }
        }
    }

    private static let maximumOctets = 4_096

    /// What `NOTIFY_SOCKET` is to be for the programs.
    let address: String
    private let descriptor: CInt

    init() throws {
        var address = [CChar](repeating: 0, count: Int(CDATAGRAM_NOTIFY_ADDRESS))
        // SAFETY: the array has the size that the function writes at most.
        descriptor = unsafe cdatagram_notify_open(&address)
        guard descriptor >= 0 else { throw ControlError("cannot make a notification socket: \(systemErrorText())") }
        let octets = address.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        self.address = String(decoding: octets, as: UTF8.self)
    }

    deinit { close(descriptor) }

    /// The next message; nil when none waits.
    func next() -> Message? {
        var octets = [UInt8](repeating: 0, count: Self.maximumOctets)
        var process: Int32 = 0
        // SAFETY: the array's own memory and length, and a number, all of which live through the call.
        let length = unsafe cdatagram_notify_receive(descriptor, &octets, octets.count, &process)
        guard length >= 0 else { return nil }
        return Message(process: process, text: String(decoding: octets[..<length], as: UTF8.self))
    }
}
