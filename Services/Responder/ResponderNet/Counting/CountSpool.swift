// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import Runtime
import ZoneSync

/// The reports that processes have left in the data folder because no origin had kept them when they ended.
///
/// A file a run, `counts-RUN.zsp`, of `COUNT` lines as they would have been sent: whoever finds it sends them under that
/// run's name, so that what an origin has had already does not count again. It stays until all of it is acknowledged.
struct CountSpool: Sendable {
    private static let prefix = "counts-"
    private static let suffix = ".zsp"
    /// The most octets that are read of a file: more than a run can leave.
    private static let sizeLimit = 256 << 20

    let folder: String

    /// Leaves reports of one run, in place of what the run has left before.
    func write(_ reports: [CountReport], run: String) throws(DaemonError) {
        let path = path(run)
        let temporary = path + ".new"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw Self.error("create", temporary) }
        defer { close(descriptor) }
        var text: [UInt8] = []
        for (index, report) in reports.enumerated() {
            text += report.line.utf8
            text.append(0x0A)
            guard text.count >= 1 << 20 || index == reports.count - 1 else { continue }
            var offset = 0
            while offset < text.count {
                // SAFETY: what is left of the array's own memory.
                let count = unsafe text.withUnsafeBytes {
                    unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + offset }, $0.count - offset)
                }
                guard count > 0 else { throw Self.error("write", temporary) }
                offset += count
            }
            text.removeAll(keepingCapacity: true)
        }
        guard fsync(descriptor) == 0, unsafe rename(temporary, path) == 0 else { throw Self.error("write", path) }
    }

    /// The runs that have left something.
    func runs() -> [String] {
        guard let directory = unsafe opendir(folder) else { return [] }
        defer { unsafe closedir(directory) }
        var runs: [String] = []
        // SAFETY: an entry is good until the next call; its name ends with a zero.
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { octets in
                unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { continue }
            runs.append(String(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)))
        }
        return runs.sorted()
    }

    /// The reports that a run has left, in ascending order; lines that are none of it are passed over.
    func read(run: String) throws(DaemonError) -> [CountReport] {
        let path = path(run)
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error("open", path) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while octets.count < Self.sizeLimit {
            // SAFETY: the array's own memory and length.
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
            }
            guard count >= 0 else { throw Self.error("read", path) }
            if count == 0 { break }
            octets += buffer[..<count]
        }
        var reports: [CountReport] = []
        for line in octets.split(separator: 0x0A) {
            guard case .count(let report)? = (try? ClientMessage.parse(Array(line))) ?? nil, report.run == run,
                report.sequence > reports.last?.sequence ?? 0
            else { continue }
            reports.append(report)
        }
        return reports
    }

    /// Removes what a run has left.
    func remove(run: String) {
        unsafe unlink(path(run))
    }

    private func path(_ run: String) -> String { "\(folder)/\(Self.prefix)\(run)\(Self.suffix)" }

    private static func error(_ what: String, _ path: String) -> DaemonError {
        .unavailable("cannot \(what) \(path): \(DaemonError.reason(errno: errno))")
    }
}
