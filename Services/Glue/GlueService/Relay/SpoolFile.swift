// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// The lines of a large zone in a file without a name, for a consumer to read at its own pace: neither memory nor a
/// transaction of the replica is held meanwhile.
final class SpoolFile: Sendable {
    private let descriptor: CInt
    /// Where each piece begins, and the end.
    private let marks: [Int]

    /// How many pieces there are; each ends with a line.
    var pieces: Int { marks.count - 1 }

    /// Writes what `fill` hands over piece by piece to a file in `folder`.
    init(folder: String, fill: ((_ piece: [UInt8]) throws -> Void) throws -> Void) throws {
        let path = "\(folder)/spool-\(UInt64.random(in: .min ... .max))"
        let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 { unsafe unlink(path) }
        guard descriptor >= 0 else { throw RelayError.spool(operation: "make", code: errno) }
        var marks = [0]
        do {
            try fill { piece in
                try Self.write(piece, to: descriptor)
                marks.append((marks.last ?? 0) + piece.count)
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
        self.marks = marks
    }

    deinit { close(descriptor) }

    /// The piece at `index`.
    func piece(_ index: Int) throws -> String {
        let start = marks[index]
        let length = marks[index + 1] - start
        var octets = [UInt8](repeating: 0, count: length)
        var done = 0
        while done < length {
            // SAFETY: reads into what is left of the array.
            let count = unsafe octets.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    descriptor,
                    UnsafeMutableRawBufferPointer(rebasing: buffer[done...]).baseAddress,
                    length - done,
                    off_t(start + done)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw RelayError.spool(operation: "read", code: errno) }
            done += count
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func write(_ octets: [UInt8], to descriptor: CInt) throws {
        var done = 0
        while done < octets.count {
            // SAFETY: writes what is left of the array.
            let count = unsafe octets.withUnsafeBytes { buffer in
                unsafe Glibc.write(
                    descriptor,
                    UnsafeRawBufferPointer(rebasing: buffer[done...]).baseAddress,
                    octets.count - done
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw RelayError.spool(operation: "write", code: errno) }
            done += count
        }
    }
}
