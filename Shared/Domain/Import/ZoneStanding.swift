// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an import has to know of a zone beside its records.
package struct ZoneStanding: Hashable, Sendable {
    /// What a client is told who wants to change records of such a zone.
    package static let presignedMessage = "The zone was signed elsewhere, so that its records cannot be changed here"

    /// Whether the zone is served as it was signed elsewhere.
    package var isPresigned: Bool
    /// The serial that was published last; nil before the first publication.
    package var publishedSerial: UInt32?
    /// The time that signatures are judged at.
    package var now: Timestamp

    package init(isPresigned: Bool = false, publishedSerial: UInt32? = nil, now: Timestamp) {
        self.isPresigned = isPresigned
        self.publishedSerial = publishedSerial
        self.now = now
    }
}
