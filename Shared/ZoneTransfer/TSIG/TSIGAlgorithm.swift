// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Crypto
package import DNSWire

/// The algorithms that transactions are signed with here (RFC 8945 6): those of SHA-2 that are not truncated. MD5 and
/// SHA-1 are left out on purpose.
package enum TSIGAlgorithm: String, Sendable, CaseIterable {
    /// HMAC with SHA-256.
    case hmacSHA256 = "hmac-sha256"
    /// HMAC with SHA-384.
    case hmacSHA384 = "hmac-sha384"
    /// HMAC with SHA-512.
    case hmacSHA512 = "hmac-sha512"

    /// The octets of a whole MAC.
    package var macLength: Int {
        switch self {
        case .hmacSHA256: 32
        case .hmacSHA384: 48
        case .hmacSHA512: 64
        }
    }

    /// The fewest octets of a truncated MAC that are a MAC at all: ten, or half of the whole one (RFC 8945 5.2.2.1).
    package var shortestMACLength: Int { max(10, macLength / 2) }

    /// The algorithm's name on the wire: one label.
    package var name: Name {
        Name(validated: [UInt8(rawValue.utf8.count)] + Array(rawValue.utf8) + [0])
    }

    /// The algorithm that a name on the wire stands for; nil when it is none of these.
    package init?(name: Name) {
        guard let algorithm = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = algorithm
    }

    /// The MAC over `octets`.
    func mac(of octets: [UInt8], secret: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: secret)
        switch self {
        case .hmacSHA256: return Array(HMAC<SHA256>.authenticationCode(for: octets, using: key))
        case .hmacSHA384: return Array(HMAC<SHA384>.authenticationCode(for: octets, using: key))
        case .hmacSHA512: return Array(HMAC<SHA512>.authenticationCode(for: octets, using: key))
        }
    }
}
