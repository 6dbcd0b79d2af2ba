// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The folder that `zonewright up` keeps everything in (`.zonewright/` by default), and the names in it.
///
/// Scripts rely on `env`, `run/DAEMON.pid` and `log/DAEMON.log`.
struct StateFolder: Sendable {
    /// Absolute path of the folder.
    let path: String

    init(_ path: String) {
        self.path = URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// The folder named by `ZONEWRIGHT_STATE`, else `.zonewright` below the current folder.
    static func standard() -> StateFolder {
        StateFolder(ProcessInfo.processInfo.environment["ZONEWRIGHT_STATE"] ?? ".zonewright")
    }

    var environmentFile: String { path + "/env" }
    var postgres: String { path + "/postgres" }
    var secrets: String { path + "/secrets" }
    var plan: String { path + "/config/supervisor.json" }
    var supervisorLock: String { path + "/run/supervisor.lock" }
    var replica: String { path + "/replica" }

    func pidFile(_ daemon: String) -> String { "\(path)/run/\(daemon).pid" }
    func logFile(_ daemon: String) -> String { "\(path)/log/\(daemon).log" }
    func configFile(_ daemon: String) -> String { "\(path)/config/\(daemon).json" }

    /// Makes the folder and its subfolders; all but the log and run folders are for the owner only.
    func create() throws {
        // 0711: a database server running as another user must reach its own folder, and nothing else.
        try makeFolder(path, mode: 0o711)
        for name in ["run", "log", "config", "secrets"] {
            try makeFolder("\(path)/\(name)", mode: name == "log" || name == "run" ? 0o755 : 0o700)
        }
    }

    private func makeFolder(_ folder: String, mode: Int) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
        } catch {
            throw ControlError("cannot make the folder \(folder): \(systemErrorText())")
        }
    }

    /// Writes `text` to `file` in one step, readable by the owner only.
    static func writePrivate(_ text: String, to file: String) throws {
        let temporary = file + ".new"
        // SAFETY: rename only reads the two paths.
        guard
            FileManager.default.createFile(
                atPath: temporary,
                contents: Data(text.utf8),
                attributes: [.posixPermissions: 0o600]
            ),
            unsafe rename(temporary, file) == 0
        else {
            throw ControlError("cannot write \(file): \(systemErrorText())")
        }
    }

    /// A secret kept in `secrets/NAME`, made (32 random octets in hexadecimal) when it is not there yet.
    func secret(_ name: String) throws -> String {
        let file = "\(secrets)/\(name)"
        if let text = try? String(contentsOfFile: file, encoding: .utf8), !text.isEmpty {
            return text
        }
        var generator = SystemRandomNumberGenerator()
        let octets = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        let text = octets.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        try Self.writePrivate(text, to: file)
        return text
    }
}
