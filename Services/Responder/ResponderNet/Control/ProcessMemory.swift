// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// What the system says of this process's memory.
enum ProcessMemory {
    /// Resident octets, the replica's pages included; 0 where the system does not tell.
    static var resident: Int { pages(at: 1) }

    /// Resident octets that no file stands behind; 0 where the system does not tell.
    static var allocated: Int { max(0, pages(at: 1) - pages(at: 2)) }

    /// A number of /proc/self/statm (proc(5)), in octets.
    private static func pages(at index: Int) -> Int {
        let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return 0 }
        defer { close(descriptor) }
        var octets = [UInt8](repeating: 0, count: 128)
        let count = unsafe octets.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        let words = octets.prefix(max(count, 0)).split(separator: 0x20)
        guard words.count > index, let pages = Int(String(decoding: words[index], as: UTF8.self)) else { return 0 }
        return pages * Int(getpagesize())
    }
}
