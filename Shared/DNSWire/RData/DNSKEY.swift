// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A key that signs the zone.
    ///
    /// RFC 4034 2.1.
    package typealias DNSKEY = PublicKey<DNSKEYKind>

    /// Tells DNSKEY from the other types of the same format.
    package enum DNSKEYKind: RDataKind {
        /// DNSKEY.
        package static let type = RRType.dnskey
    }
}
