// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Why a zone was not had from a primary server. The texts are shown to the zone's owner.
package enum IncomingFailure: Error, Sendable, Hashable {
    /// The primary answered with an error code.
    case refused(RCode)
    /// What it sent breaks the rules of transfers.
    case malformed(String)
    /// Its signature does not hold.
    case signature(TSIGFailure)
    /// The zone is larger than what is taken.
    case tooLarge(String)

    /// Whether a primary that knows no incremental transfers may say so, and the whole zone is to be asked for.
    package var suggestsWholeZone: Bool {
        switch self {
        case .refused(let rcode): rcode == .formatError || rcode == .notImplemented || rcode == .refused
        case .malformed: true
        case .signature, .tooLarge: false
        }
    }
}

extension IncomingFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .refused(let rcode): "the primary answered \(rcode)"
        case .malformed(let reason): "the primary's answer is malformed: \(reason)"
        case .tooLarge(let limit): "the transfer has more than \(limit)"
        case .signature(let failure): "the TSIG signature failed: \(Self.text(failure))"
        }
    }

    private static func text(_ failure: TSIGFailure) -> String {
        switch failure {
        case .malformed(let error): "\(error)"
        case .unsigned: "a message is not signed"
        case .otherKey: "the answer is signed with another key"
        case .badMAC: "the MAC is wrong"
        case .badTime: "the clocks are too far apart"
        case .reported(let error, _): "the primary said \(error)"
        }
    }
}

/// How much of a primary's answer is taken.
package struct IncomingLimits: Sendable, Hashable {
    /// Messages of one transfer.
    package var messages = 1_000_000
    /// Records of one transfer, those of differences that go included.
    package var records = 2_000_000
    /// Octets of all messages.
    package var octets = 512 << 20

    package init() {}
}
