// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
package import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals

/// What a daemon reads again while it runs: on SIGHUP everything, and a part by itself when one of its files changes.
///
/// Parts register when the daemon is put together. An action that throws must leave in use what was there before; the
/// reason is logged.
package final class Reloads: Sendable {
    /// How often files are looked at.
    static let pollInterval = Duration.seconds(2)

    /// What tells one state of a file from another.
    private struct Stamp: Equatable {
        var device: UInt = 0
        var inode: UInt = 0
        var size = 0
        var seconds = 0
        var nanoseconds = 0
    }

    private struct Part {
        let name: String
        let paths: [String]
        let action: @Sendable () async throws -> Void
        var stamps: [Stamp]
    }

    private let parts = Mutex<[Part]>([])

    /// Nothing to reload yet.
    package init() {}

    /// Adds a part.
    ///
    /// - Parameters:
    ///   - name: What the log calls it, for example `certificate`.
    ///   - paths: Files whose change alone is reason enough to read the part again.
    ///   - action: Reads the part again; its errors are for the log, so they must not hold secrets.
    package func register(
        _ name: String,
        watching paths: [String] = [],
        _ action: @escaping @Sendable () async throws -> Void
    ) {
        let part = Part(name: name, paths: paths, action: action, stamps: paths.map(Self.stamp))
        parts.withLock { $0.append(part) }
    }

    /// Reads all parts again, one after the other.
    package func reloadAll(logger: Logger) async {
        await run(takeParts { _ in true }, logger: logger)
    }

    /// Reads those parts again whose files have changed since they were last looked at.
    package func reloadChanged(logger: Logger) async {
        await run(takeParts { $0.stamps != $0.paths.map(Self.stamp) }, logger: logger)
    }

    /// The parts to read, with the present state of their files noted: what changes after this is read once more.
    private func takeParts(where isWanted: (Part) -> Bool) -> [Part] {
        parts.withLock { parts in
            var wanted: [Part] = []
            for index in parts.indices where isWanted(parts[index]) {
                parts[index].stamps = parts[index].paths.map(Self.stamp)
                wanted.append(parts[index])
            }
            return wanted
        }
    }

    private func run(_ parts: [Part], logger: Logger) async {
        for part in parts {
            do {
                try await part.action()
                logger.info("read again", metadata: ["part": "\(part.name)"])
            } catch {
                logger.error(
                    "could not be read again; what was read before stays in use",
                    metadata: ["part": "\(part.name)", "reason": "\(error)"]
                )
            }
        }
    }

    private static func stamp(_ path: String) -> Stamp {
        var status = stat()
        // SAFETY: the structure lives through the call; the path is copied for it.
        guard unsafe stat(path, &status) == 0 else { return Stamp() }
        return Stamp(
            device: UInt(status.st_dev),
            inode: UInt(status.st_ino),
            size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec,
            nanoseconds: status.st_mtim.tv_nsec
        )
    }
}

/// Reloads on SIGHUP, and looks at the files now and then.
struct ReloadService: Service {
    let reloads: Reloads
    let logger: Logger

    func run() async throws {
        let (reloads, logger) = (reloads, logger)
        // Trapped before anything else is awaited: from here on SIGHUP does not end the process.
        let signals = await UnixSignalsSequence(trapping: .sighup)
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await _ in signals { await reloads.reloadAll(logger: logger) }
                }
                group.addTask {
                    while (try? await Task.sleep(for: Reloads.pollInterval)) != nil {
                        await reloads.reloadChanged(logger: logger)
                    }
                }
            }
        }
    }
}
