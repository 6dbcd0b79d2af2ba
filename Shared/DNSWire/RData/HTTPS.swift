// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Where and how to reach an HTTP origin.
    ///
    /// RFC 9460 9.
    package typealias HTTPS = ServiceBinding<HTTPSKind>

    /// Tells HTTPS from the other types of the same format.
    package enum HTTPSKind: RDataKind {
        /// HTTPS.
        package static let type = RRType.https
    }
}
