// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// ALIAS, URL and POOL: record types that the platform turns into others, so that no resolver ever sees them.
///
/// Inside they have numbers of the range that RFC 6895 3.1 sets apart for meta-types: no zone file, transfer or query
/// can bring a record of such a number in, and no publication can let one out.
extension RRType {
    /// Answered with the addresses of its target.
    package static var alias: RRType { RRType(rawValue: 240) }
    /// Answered with the addresses of a web server that redirects.
    package static var url: RRType { RRType(rawValue: 241) }
    /// Answered with one target of several, as a CNAME.
    package static var pool: RRType { RRType(rawValue: 242) }

    /// The mnemonics of the platform's types.
    package static let platformMnemonics = ["ALIAS", "URL", "POOL"]

    /// Whether this is one of the platform's types.
    package var isPlatformMade: Bool {
        self == .alias || self == .url || self == .pool
    }

    /// The name of the type in the API and the tables: a mnemonic, or `TYPEnn`.
    package var apiName: String {
        switch self {
        case .alias: "ALIAS"
        case .url: "URL"
        case .pool: "POOL"
        default: description
        }
    }

    /// The type that the API and the tables call so, without case; nil for the numbers that stand for platform types.
    package init?(apiName: some StringProtocol) {
        switch apiName.uppercased() {
        case "ALIAS": self = .alias
        case "URL": self = .url
        case "POOL": self = .pool
        default:
            guard let type = RRType(mnemonic: apiName), !type.isPlatformMade else {
                return nil
            }
            self = type
        }
    }

    /// The type whose data this one's is like.
    var dataType: RRType {
        self == .alias || self == .pool ? .cname : self
    }
}
