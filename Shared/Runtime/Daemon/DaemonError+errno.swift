// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

extension DaemonError {
    /// What the system says about an error number.
    package static func reason(errno code: CInt) -> String {
        switch code {
        case EADDRINUSE: "address already in use"
        case EADDRNOTAVAIL: "no such address on this machine"
        case EACCES, EPERM: "permission denied"
        // SAFETY: strerror returns a terminated string, copied at once; on Linux known numbers use constant text.
        default: unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        }
    }
}
