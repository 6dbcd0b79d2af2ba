// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whether a domain's zone is answered with signatures.
package struct DNSSECStatus: Hashable, Sendable {
    package var isEnabled: Bool
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    /// The status of a zone: signed when it was signed elsewhere, since nothing is signed here.
    package init(of zone: Zone) {
        isEnabled = zone.isPresigned
        createdAt = zone.presignedAt ?? zone.createdAt
        updatedAt = zone.updatedAt
    }
}
