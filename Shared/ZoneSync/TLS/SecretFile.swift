// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// A small file that may hold secrets.
package struct SecretFile {
    /// The most octets that are read.
    package static let sizeLimit = 1 << 20

    /// What the file holds.
    package let octets: [UInt8]
    private let mode: mode_t

    /// Reads a file; an error says why it cannot be.
    package init(path: String) throws(UnusableFile) {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.error(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        // SAFETY: the structure lives through the call.
        guard unsafe fstat(descriptor, &status) == 0 else { throw Self.error(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw UnusableFile(path: path, reason: "is not a file")
        }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            // SAFETY: the array's own memory and length.
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw Self.error(path, errno) }
            guard count > 0 else { break }
            octets += buffer[..<count]
            guard octets.count <= Self.sizeLimit else {
                throw UnusableFile(path: path, reason: "is larger than \(Self.sizeLimit) octets")
            }
        }
        self.octets = octets
        mode = status.st_mode & 0o7777
    }

    /// Throws when others than the owner and the group may read the file, or others than the owner may write it.
    package func requirePrivate(path: String) throws(UnusableFile) {
        guard mode & 0o027 == 0 else {
            let octal = String(mode, radix: 8)
            throw UnusableFile(
                path: path,
                reason: "holds secrets but has mode 0\(octal): take rights away with chmod 0640 or 0600"
            )
        }
    }

    private static func error(_ path: String, _ code: CInt) -> UnusableFile {
        let reason =
            switch code {
            case ENOENT: "there is no such file"
            case EACCES, EPERM: "permission denied"
            default: "cannot be read (error \(code))"
            }
        return UnusableFile(path: path, reason: reason)
    }
}
