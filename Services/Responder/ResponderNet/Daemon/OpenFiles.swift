// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// How many descriptors the process may have: each connection takes one.
enum OpenFiles {
    /// What is left to everything but connections: the replica, logs, UDP sockets, event loops.
    static let reserve = 256

    /// Raises the limit as far as `wanted`, within what the process may raise it to.
    ///
    /// - Returns: The limit now in force.
    static func raise(to wanted: Int) -> Int {
        var limits = rlimit()
        // SAFETY: the structure lives through the calls.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return 1024 }
        let wanted = rlim_t(clamping: wanted)
        if limits.rlim_cur < wanted {
            let before = limits.rlim_cur
            limits.rlim_cur = min(wanted, limits.rlim_max)
            if unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) != 0 { limits.rlim_cur = before }
        }
        return Int(clamping: limits.rlim_cur)
    }
}
