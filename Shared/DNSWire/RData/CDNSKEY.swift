// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The key that the child wants its DS records made of; `0 3 0 AA==` to have them removed.
    ///
    /// RFC 7344 3.2, RFC 8078 4.
    package typealias CDNSKEY = PublicKey<CDNSKEYKind>

    /// Tells CDNSKEY from the other types of the same format.
    package enum CDNSKEYKind: RDataKind {
        /// CDNSKEY.
        package static let type = RRType.cdnskey
    }
}
