// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
import CryptoExtras
import Foundation

/// What is kept of a password: its scrypt hash (RFC 7914) as a PHC string,
/// `$scrypt$ln=16,r=8,p=1$<salt>$<hash>` with both in base 64 without padding.
package struct PasswordHash: Hashable, Sendable {
    /// What a guess costs.
    package struct Cost: Hashable, Sendable {
        /// The binary logarithm of the number of rounds.
        package let logarithm: Int
        /// With the rounds, the memory: 128 · blockSize · 2^logarithm octets.
        package let blockSize: Int
        /// Passes, one after the other.
        package let parallelism: Int

        /// nil for what would cost nothing, or more than 256 MiB or 16 passes: a stored hash must not be able to stop us.
        package init?(logarithm: Int, blockSize: Int = 8, parallelism: Int = 1) {
            guard (1...20).contains(logarithm), (1...32).contains(blockSize), (1...16).contains(parallelism),
                128 * blockSize << logarithm <= 256 << 20
            else {
                return nil
            }
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        private init(logarithm: Int) {
            self.logarithm = logarithm
            self.blockSize = 8
            self.parallelism = 1
        }

        /// 64 MiB a guess: a tenth of a second on a server.
        package static let standard = Cost(logarithm: 16)
    }

    /// Passwords are at least so many characters long.
    package static let minimumLength = 10
    /// And at most so many octets.
    package static let maximumLength = 1_024
    private static let saltLength = 16
    private static let hashLength = 32

    package let cost: Cost
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// The hash of a new password. Takes as long as `cost` says: never call it where others wait.
    ///
    /// - Throws: when there is not enough memory.
    package init(of password: Secret<String>, cost: Cost) throws {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<Self.saltLength).map { _ in UInt8.random(in: 0...255, using: &random) }
        self.cost = cost
        self.salt = salt
        self.hash = try Self.derive(password, salt: salt, cost: cost, length: Self.hashLength)
    }

    /// A stored hash, or nil when `text` is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let cost = Cost(phc: parts[2]),
            let salt = Self.decode(parts[3]), let hash = Self.decode(parts[4]), !salt.isEmpty, hash.count >= 16
        else {
            return nil
        }
        self.cost = cost
        self.salt = salt
        self.hash = hash
    }

    /// The PHC string.
    package var text: String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)$\(Self.encode(salt))$\(Self.encode(hash))"
    }

    /// Whether `password` is the one. Compares in a time that does not depend on where the two differ; takes as long as
    /// the cost says.
    package func matches(_ password: Secret<String>) throws -> Bool {
        guard !password.reveal().isEmpty, password.reveal().utf8.count <= Self.maximumLength else {
            return false
        }
        let derived = try Self.derive(password, salt: salt, cost: cost, length: hash.count)
        return ConstantTime.areEqual(derived, hash)
    }

    private static func derive(
        _ password: Secret<String>,
        salt: [UInt8],
        cost: Cost,
        length: Int
    ) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            // A password that has two ways to be typed is one password.
            from: Array(password.reveal().precomposedStringWithCanonicalMapping.utf8),
            salt: salt,
            outputByteCount: length,
            rounds: 1 << cost.logarithm,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        )
        // SAFETY: the octets are copied while the key lives.
        return unsafe key.withUnsafeBytes { unsafe Array($0) }
    }

    private static func encode(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.contains("=") else {
            return nil
        }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map(Array.init)
    }
}

extension PasswordHash.Cost {
    /// The cost in the form `ln=16,r=8,p=1`.
    fileprivate init?(phc text: Substring) {
        var numbers: [Int] = []
        for (part, key) in zip(text.split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="]) {
            guard part.hasPrefix(key), let number = Int(part.dropFirst(key.count)) else {
                return nil
            }
            numbers.append(number)
        }
        guard numbers.count == 3, text.count(where: { $0 == "," }) == 2 else {
            return nil
        }
        self.init(logarithm: numbers[0], blockSize: numbers[1], parallelism: numbers[2])
    }
}
