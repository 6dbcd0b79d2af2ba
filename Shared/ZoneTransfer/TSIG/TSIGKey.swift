// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A secret that two hosts share, and the name they call it by (RFC 8945 4.2).
///
/// The secret is never printed.
package struct TSIGKey: Sendable, Hashable {
    /// The key's name, in lower case.
    package let name: Name
    /// The one algorithm that the key is used with.
    package let algorithm: TSIGAlgorithm
    /// The shortest MAC that is taken, in octets: a truncated one is refused with BADTRUNC below it (RFC 8945 5.2.4).
    package let leastMACLength: Int
    private let secret: [UInt8]

    /// A key of its parts.
    ///
    /// - Parameter leastMACLength: octets, moved between what RFC 8945 5.2.2.1 calls a MAC and the whole one; nil takes
    ///   whole MACs only.
    package init(name: Name, algorithm: TSIGAlgorithm, secret: [UInt8], leastMACLength: Int? = nil) {
        self.name = name.lowercased()
        self.algorithm = algorithm
        self.secret = secret
        self.leastMACLength = min(
            max(leastMACLength ?? algorithm.macLength, algorithm.shortestMACLength),
            algorithm.macLength
        )
    }

    /// The whole MAC over `octets`.
    func mac(of octets: [UInt8]) -> [UInt8] {
        algorithm.mac(of: octets, secret: secret)
    }

    /// Whether `mac`, possibly truncated, is the beginning of the MAC over `octets`. The time it takes does not depend
    /// on where they differ.
    func isValid(_ mac: [UInt8], of octets: [UInt8]) -> Bool {
        guard algorithm.shortestMACLength...algorithm.macLength ~= mac.count else { return false }
        var difference: UInt8 = 0
        for (given, computed) in zip(mac, self.mac(of: octets)) {
            difference |= given ^ computed
        }
        return difference == 0
    }
}

extension TSIGKey: CustomStringConvertible, CustomReflectable {
    /// The algorithm alone: names of keys are for those who have the configuration.
    package var description: String { "TSIG key (\(algorithm.rawValue), ***)" }

    /// No children: the secret is in none of them.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
