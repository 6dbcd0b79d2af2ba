// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What the way to a certificate needs of whoever keeps it. Everything it throws ends the attempt and reaches the caller.
package protocol IssuanceKeeper: Sendable {
    /// Asked before each request that changes something at the server. Throws when another may have taken the certificate
    /// over: nothing is asked of the server then.
    func begin(_ step: IssuanceStep) async throws

    /// Keeps how far it has come. Throws when that is not certain, or another has taken the certificate over.
    func save(_ progress: IssuanceProgress) async throws

    /// Sees to it that these records, and no others of this certificate, are there.
    ///
    /// - Returns: whether every name server that may be asked has them by now.
    func publish(_ proofs: Set<DNSProof>) async throws -> Bool

    /// Sees to it that no records of this certificate are there; none need to be.
    func withdraw() async throws
}

/// A request that changes something at the server.
package enum IssuanceStep: Sendable, Hashable, CaseIterable {
    /// A certificate is ordered.
    case order
    /// The server is told to look for one proof.
    case answer
    /// The certificate is asked for.
    case finalize
    /// The certificate is fetched. Changes nothing, but is the last before the certificate is handed out.
    case download
}

/// A TXT record that proves control of a name (RFC 8555 section 8.4).
package struct DNSProof: Sendable, Hashable {
    /// The record's name, absolute without a final dot.
    package let name: String
    /// Its text.
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
