// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A certificate signing request (RFC 2986).
package struct CertificateRequest: Sendable, Equatable {
    /// In DER.
    package let octets: [UInt8]
    /// In PEM.
    package let pem: String
}
