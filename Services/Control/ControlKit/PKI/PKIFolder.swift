// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The files of a private PKI. Each is replaced in one step, so that daemons that watch it never read half of one.
///
///     pki.json                 what was made, and when
///     trusted.crt              the authorities that every node trusts: the daemons' tls-ca
///     revoked.txt              serial numbers that origins refuse: the daemons' tls-revoked
///     authorities/N.crt, .key  the keys that sign
///     nodes/NAME.crt, .key     what a node needs besides trusted.crt
struct PKIFolder {
    let path: String

    /// A folder, named from the working folder or absolutely.
    init(_ path: String) {
        self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    var record: String { path + "/pki.json" }
    var trusted: String { path + "/trusted.crt" }
    var revoked: String { path + "/revoked.txt" }

    func authorityCertificate(_ number: Int) -> String { "\(path)/authorities/\(number).crt" }
    func authorityKey(_ number: Int) -> String { "\(path)/authorities/\(number).key" }
    func certificate(_ name: String) -> String { "\(path)/nodes/\(name).crt" }
    func key(_ name: String) -> String { "\(path)/nodes/\(name).key" }

    /// Makes the folders, for the owner only.
    func create() throws {
        for folder in [path, path + "/authorities", path + "/nodes"] {
            do {
                try FileManager.default.createDirectory(
                    atPath: folder,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: 0o700]
                )
            } catch {
                throw ControlError("cannot make the folder \(folder): \(systemErrorText())")
            }
        }
    }

    /// Runs `work` while no other process changes the folder.
    func locked<Result>(_ work: () throws -> Result) throws -> Result {
        let file = path + "/.lock"
        let descriptor = unsafe open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ControlError("cannot open \(file): \(systemErrorText())") }
        // The lock goes with the descriptor.
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw ControlError(
                errno == EWOULDBLOCK
                    ? "another process works in \(path): try again when it is done"
                    : "cannot lock \(file): \(systemErrorText())"
            )
        }
        return try work()
    }

    func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: file) }

    func read(_ file: String) throws -> String {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ControlError("cannot read \(file): \(exists(file) ? systemErrorText() : "there is no such file")")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Replaces a file in one step; on disk before it is there.
    func write(_ text: String, to file: String, isSecret: Bool = false) throws {
        let temporary = file + ".new"
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(
            temporary,
            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
            isSecret ? 0o600 : 0o644
        )
        guard descriptor >= 0 else { throw ControlError("cannot write \(temporary): \(systemErrorText())") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            throw ControlError("cannot write \(temporary): \(systemErrorText())")
        }
        // SAFETY: rename only reads the two paths.
        guard unsafe rename(temporary, file) == 0 else {
            throw ControlError("cannot write \(file): \(systemErrorText())")
        }
    }

    func remove(_ file: String) throws {
        guard unsafe unlink(file) == 0 || errno == ENOENT else {
            throw ControlError("cannot remove \(file): \(systemErrorText())")
        }
    }
}
