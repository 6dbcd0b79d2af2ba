// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Synchronization
import TestSupport

/// A wall clock that a program has for itself, and that is set while it runs; `false-clock.c` is the other half.
final class FalseClock: Sendable {
    /// What is preloaded, compiled for this run. Not a product of the package: those are linked with Swift's runtime, which
    /// has no place in PostgreSQL.
    struct Library: Sendable {
        let path: String

        /// Compiles it into a folder. Throws where there is no compiler of C, which comes with every Swift toolchain.
        static func make(in folder: String) async throws -> Library {
            let source = "\(folder)/false-clock.c"
            let path = "\(folder)/false-clock.so"
            try Data(PackageResources.false_clock_c).write(to: URL(fileURLWithPath: source))
            let search = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
            let candidates = ["clang", "cc", "gcc"].flatMap { name in
                search.split(separator: ":").map { "\($0)/\(name)" }
            }
            guard let compiler = candidates.first(where: FileManager.default.isExecutableFile) else {
                throw FaultError("no compiler of C in \(search)")
            }
            try await FaultStack.run(
                compiler,
                ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", path, source],
                environment: ["PATH": search]
            )
            return Library(path: path)
        }
    }

    /// Of the file: as `struct page` of the other half has it.
    private enum Place {
        static let current: UInt64 = 0
        static let offsets: UInt64 = 8
        static let programs: UInt64 = 8 + 256 * 8
        static let waits: UInt64 = 16 + 256 * 8
        static let size: UInt64 = waits + 4 * 8
    }

    /// What the program needs in its environment.
    let environment: [String: String]
    private let file: Mutex<FileHandle>
    private let current = Mutex<UInt8>(0)

    /// A clock that is right.
    init(_ library: Library, file path: String) throws {
        environment = ["LD_PRELOAD": library.path, "ZONEWRIGHT_FALSE_CLOCK": path]
        // PostgreSQL, which has a user of its own, writes to it too.
        let isMade = FileManager.default.createFile(
            atPath: path,
            contents: Data(count: Int(Place.size)),
            attributes: [.posixPermissions: 0o666]
        )
        guard isMade, let handle = FileHandle(forUpdatingAtPath: path) else { throw FaultError("cannot make \(path)") }
        file = Mutex(handle)
        // The file mode that was asked for is less what umask takes.
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    }

    /// From now on the clock is wrong by this much. At most 255 times.
    func set(_ offset: Duration) throws {
        let next = try current.withLock { current in
            guard current < .max else { throw FaultError("a clock is set too often") }
            current += 1
            return current
        }
        let nanoseconds = offset.components.seconds * 1_000_000_000
        let octets = (0..<8).map { UInt8(truncatingIfNeeded: nanoseconds >> ($0 * 8)) }
        try write(Data(octets), at: Place.offsets + UInt64(next) * 8)
        try write(Data([next]), at: Place.current)
    }

    /// How many programs have had it.
    var programs: Int { read(at: Place.programs) }
    /// How often a program has begun to wait for a moment of its wall clock, by what it waited with.
    var waits: [(kind: String, times: Int)] {
        ["conditions", "semaphores", "locks", "timers"].enumerated().map { number, kind in
            (kind, read(at: Place.waits + UInt64(number) * 8))
        }
    }
    /// How often it has begun a wait that ends at its moment by the right clock, however the false one is set meanwhile.
    var waitsInKernel: Int { waits.last?.times ?? 0 }

    private func write(_ octets: Data, at place: UInt64) throws {
        try file.withLock { file in
            try file.seek(toOffset: place)
            try file.write(contentsOf: octets)
        }
    }

    private func read(at place: UInt64) -> Int {
        file.withLock { file in
            guard (try? file.seek(toOffset: place)) != nil, let octets = try? file.read(upToCount: 8) else { return 0 }
            return octets.reversed().reduce(0) { $0 << 8 | Int($1) }
        }
    }
}
