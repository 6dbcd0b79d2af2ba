// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// The code of this process and its libraries in memory.
enum ProgramText {
    /// Takes the pages of code out of the process: those that are used again come back from the system's cache of
    /// files at their next use, without a read from disk as a rule.
    ///
    /// Code is mapped from its file and never written to (`r-xp`), so nothing can be lost.
    static func release() {
        guard let maps = mappings() else { return }
        for line in maps.split(separator: "\n") {
            // proc(5): address range, permissions, offset, device, inode, path.
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 5, fields[1] == "r-xp", fields[5].hasPrefix("/") else { continue }
            let range = fields[0].split(separator: "-")
            guard range.count == 2, let start = UInt(range[0], radix: 16), let end = UInt(range[1], radix: 16),
                end > start
            else { continue }
            // SAFETY: a range that the system says is mapped from a file, privately and not for writing.
            unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
        }
    }

    private static func mappings() -> String? {
        let descriptor = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe part.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { return nil }
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += part[..<count]
        }
    }
}
