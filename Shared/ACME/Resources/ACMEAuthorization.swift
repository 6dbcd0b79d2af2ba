// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The proof of control that the server wants for one name (RFC 8555 section 7.1.4).
package struct ACMEAuthorization: Sendable, Equatable {
    /// The states of section 7.1.6.
    package enum Status: String, Sendable, Decodable {
        case pending, valid, invalid, deactivated, expired, revoked
    }

    struct Body: Decodable {
        let status: Status
        let identifier: ACMEIdentifier
        let wildcard: Bool?
        let challenges: [ACMEChallenge]
    }

    /// Its URL.
    package let url: String
    /// Where it stands.
    package let status: Status
    /// The name, without `*.`.
    package let name: String
    /// Whether it is for the names below `name`.
    package let isWildcard: Bool
    /// The challenges, of which one is enough.
    package let challenges: [ACMEChallenge]
    /// When the server wants to be asked again.
    package let retryAfter: Duration?

    init(url: String, _ body: Body, retryAfter: Duration?) {
        self.url = url
        status = body.status
        name = body.identifier.value
        isWildcard = body.wildcard ?? false
        challenges = body.challenges
        self.retryAfter = retryAfter
    }

    /// The challenge of DNS-01 (section 8.4).
    package var dnsChallenge: ACMEChallenge? { challenges.first { $0.type == "dns-01" } }

    /// Why it failed, if it did.
    package var problem: ACMEProblem? { challenges.lazy.compactMap(\.error).first }
}
