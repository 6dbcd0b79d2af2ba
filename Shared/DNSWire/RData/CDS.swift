// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// What the child wants its DS records to be; `0 0 0 00` to have them removed.
    ///
    /// RFC 7344 3.1, RFC 8078 4.
    package typealias CDS = KeyDigest<CDSKind>

    /// Tells CDS from the other types of the same format.
    package enum CDSKind: RDataKind {
        /// CDS.
        package static let type = RRType.cds
    }
}
