// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import Foundation

/// Why arguments could not be sealed or opened. Never holds any of them.
package enum JobSealingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind's arguments are secret, and there is no key.
    case noKey
    /// Sealed with a key that is not known here.
    case unknownKey(String)
    /// Not what a sealer made, made for another kind, or changed since.
    case damaged

    package var description: String {
        switch self {
        case .noKey: "there is no key to seal the arguments with"
        case .unknownKey(let identifier): "they were sealed with the key \(identifier), which is not here"
        case .damaged: "they were changed, or sealed for another kind of job"
        }
    }
}

/// Seals the secret arguments of jobs: AES-256-GCM, with the job's kind and the key's identifier bound to them.
///
/// Form: one octet with the length of the identifier, the identifier, nonce (12), text, tag (16).
package struct JobSealer: Sendable {
    private let keys: [String: SymmetricKey]
    private let current: String

    /// Reads `identifier:key`, several separated by commas or white space: the first one seals, all open. An identifier has 1
    /// to 32 letters, digits, `-` and `_`; a key 64 hexadecimal digits. `nil` for anything else.
    package init?(keys text: String) {
        var keys: [String: SymmetricKey] = [:]
        var current: String?
        for entry in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let key = Self.key(parts[1]), Self.isIdentifier(parts[0]),
                keys.updateValue(key, forKey: String(parts[0])) == nil
            else { return nil }
            current = current ?? String(parts[0])
        }
        guard let current else { return nil }
        self.keys = keys
        self.current = current
    }

    /// Seals arguments of a kind with the current key.
    package func seal(_ bytes: [UInt8], kind: String) throws(JobSealingError) -> [UInt8] {
        guard let key = keys[current] else { throw .noKey }
        do {
            let box = try AES.GCM.seal(bytes, using: key, authenticating: Self.bound(kind, current))
            return [UInt8(current.utf8.count)] + Array(current.utf8) + Array(box.nonce) + Array(box.ciphertext)
                + Array(box.tag)
        } catch {
            throw .noKey
        }
    }

    /// Opens what was sealed for a kind.
    package func open(_ sealed: [UInt8], kind: String) throws(JobSealingError) -> [UInt8] {
        guard let identifier = Self.identifier(of: sealed) else { throw .damaged }
        guard let key = keys[identifier] else { throw .unknownKey(identifier) }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(1 + identifier.utf8.count))
            return Array(try AES.GCM.open(box, using: key, authenticating: Self.bound(kind, identifier)))
        } catch {
            throw .damaged
        }
    }

    /// The identifier of the key that something was sealed with; `nil` if it is not sealed.
    package static func identifier(of sealed: [UInt8]) -> String? {
        guard let length = sealed.first, (1...32).contains(length), sealed.count > Int(length) else { return nil }
        let identifier = String(decoding: sealed[1...Int(length)], as: UTF8.self)
        return isIdentifier(identifier) ? identifier : nil
    }

    private static func bound(_ kind: String, _ identifier: String) -> [UInt8] {
        Array(kind.utf8) + [0] + Array(identifier.utf8)
    }

    private static func isIdentifier(_ text: some StringProtocol) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    }

    private static func key(_ text: Substring) -> SymmetricKey? {
        let digits = text.compactMap(\.hexDigitValue)
        guard digits.count == 64, text.utf8.count == 64 else { return nil }
        return SymmetricKey(data: stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) })
    }
}
