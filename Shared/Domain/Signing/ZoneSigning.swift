// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What is known of a zone that was signed elsewhere.
package struct ZoneSigning: Hashable, Sendable {
    /// The serial that the SOA's signature covers.
    package var serial: UInt32
    /// When the first RRset loses its last valid signature.
    package var signaturesExpireAt: Timestamp?

    package init(serial: UInt32, signaturesExpireAt: Timestamp?) {
        self.serial = serial
        self.signaturesExpireAt = signaturesExpireAt
    }
}
