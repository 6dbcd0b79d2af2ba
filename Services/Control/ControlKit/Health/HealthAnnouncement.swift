// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// What a watch writes to standard output, and nothing else goes there.
struct HealthAnnouncement {
    /// The prefixes of ExaBGP's commands; without any the lines are `up` and `down`.
    let prefixes: [RoutePrefix]

    /// The lines that tell of a state, each with its newline.
    func text(isUp: Bool) -> String {
        guard !prefixes.isEmpty else { return isUp ? "up\n" : "down\n" }
        // ExaBGP's process API: one command a line; `self` is the session's own address.
        return prefixes.map { "\(isUp ? "announce" : "withdraw") route \($0.text) next-hop self\n" }.joined()
    }

    /// Writes them at once, past any buffer.
    ///
    /// - Throws: `ControlError` when nobody reads any more.
    func write(isUp: Bool) throws {
        var octets = Array(text(isUp: isUp).utf8)[...]
        while !octets.isEmpty {
            // SAFETY: the slice's own memory and length.
            let count = unsafe octets.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ControlError("cannot write to standard output: \(systemErrorText())") }
            octets = octets.dropFirst(count)
        }
    }

    /// Whether standard output is a pipe that nobody reads: who started the watch has ended.
    static var isAbandoned: Bool {
        var poller = pollfd(fd: 1, events: 0, revents: 0)
        // SAFETY: one pollfd that outlives the call.
        return unsafe poll(&poller, 1, 0) > 0 && poller.revents & Int16(POLLERR) != 0
    }
}
