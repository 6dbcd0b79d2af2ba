// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ResponderEngine
import ZoneSync

/// The file of the secrets of DNS cookies: one of 32 hexadecimal digits a line, the one that cookies are made with first.
///
/// Empty lines and lines that begin with `#` are skipped. NSD's and Unbound's files have the same form. Errors name a
/// line, never what it holds.
enum CookieSecretFile {
    /// Why a file cannot be used.
    struct Failure: Error, Hashable, CustomStringConvertible {
        /// The file, the line where it is one's fault, and what is wrong.
        let description: String
    }

    /// Reads the secrets; there is at least one.
    static func read(_ path: String) throws(Failure) -> [CookieSecret] {
        let file: SecretFile
        do throws(UnusableFile) {
            file = try SecretFile(path: path)
            try file.requirePrivate(path: path)
        } catch {
            throw Failure(description: "\(error)")
        }
        return try parse(file.octets, path: path)
    }

    /// The secrets of a file's octets.
    static func parse(_ octets: [UInt8], path: String) throws(Failure) -> [CookieSecret] {
        var secrets: [CookieSecret] = []
        var number = 0
        for line in octets.split(separator: 0x0A, omittingEmptySubsequences: false) {
            number += 1
            let content = line.filter { ![0x20, 0x09, 0x0D].contains($0) }
            if content.isEmpty || content[0] == 0x23 { continue }
            guard content.count == 32, let secret = CookieSecret(bytes(content)) else {
                throw Failure(description: "\(path):\(number): not 32 hexadecimal digits")
            }
            guard !secrets.contains(secret) else {
                throw Failure(description: "\(path):\(number): the same secret for the second time")
            }
            secrets.append(secret)
        }
        guard !secrets.isEmpty else { throw Failure(description: "\(path): holds no secret") }
        guard secrets.count <= CookieSecrets.maximumCount else {
            throw Failure(description: "\(path): holds more than \(CookieSecrets.maximumCount) secrets")
        }
        return secrets
    }

    /// The octets of pairs of digits; fewer when there is something else among them.
    private static func bytes(_ digits: [UInt8]) -> [UInt8] {
        let values = digits.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard values.count == digits.count else { return [] }
        return stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
