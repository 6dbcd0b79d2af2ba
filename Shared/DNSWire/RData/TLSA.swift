// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The certificate of a TLS server.
    ///
    /// RFC 6698 2.1.
    package typealias TLSA = CertificateAssociation<TLSAKind>

    /// Tells TLSA from the other types of the same format.
    package enum TLSAKind: RDataKind {
        /// TLSA.
        package static let type = RRType.tlsa
    }
}
