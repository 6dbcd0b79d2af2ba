// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an attempt at a certificate came to.
package enum IssuanceOutcome: Sendable, Equatable {
    /// Here it is, with its key in PEM; it fits the key and all names.
    case issued(CertificateChain, key: String)
    /// To be gone on with; after the given time where the server says one.
    case later(String, after: Duration?)
    /// The server will not issue it. Another certificate for the same names has to start anew.
    case failed(String)
}
