// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One way to prove control of a name (RFC 8555 sections 7.1.5 and 8).
package struct ACMEChallenge: Sendable, Equatable, Decodable {
    /// `dns-01` and others.
    package let type: String
    /// Its URL.
    package let url: String
    /// `pending`, `processing`, `valid` or `invalid`.
    package let status: String
    /// What the proof is made of; other kinds of challenges may have none.
    package let token: String?
    /// Why it failed.
    package let error: ACMEProblem?
}
