// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The certificate of a mail user.
    ///
    /// RFC 8162 2.
    package typealias SMIMEA = CertificateAssociation<SMIMEAKind>

    /// Tells SMIMEA from the other types of the same format.
    package enum SMIMEAKind: RDataKind {
        /// SMIMEA.
        package static let type = RRType.smimea
    }
}
