// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The word of a zone's owner that another account may host a name below the zone: a TXT record of the zone.
///
/// It stands at one owner next to the apex, so that no zone cut for the name hides it, and tells no secret: only who
/// may change the zone can write it.
package struct HostingConsent: Hashable, Sendable {
    /// The owner of the record, relative to the apex.
    package static let owner = "_zonewright"

    /// The id of the account that may host the name.
    package let account: Int64
    /// What it may host.
    package let name: ZoneName

    package init(account: Int64, name: ZoneName) {
        self.account = account
        self.name = name
    }

    /// The text of the record: `account=7 zone=sub.example.com`.
    package var content: String {
        "account=\(account) zone=\(name.text)"
    }

    /// The RDATA of the record, uncompressed.
    package var rdata: [UInt8] {
        TextContent.characterStrings(content.utf8)
    }
}

/// A name below a zone of another account, whose owner has not said that it may be hosted.
package struct VerificationRequired: Error, Hashable, Sendable {
    /// The zone that encloses the name.
    package let zone: String
    package let consent: HostingConsent

    package init(zone: String, consent: HostingConsent) {
        self.zone = zone
        self.consent = consent
    }

    /// What to do, as a sentence for the customer.
    package var message: String {
        """
        Zone ownership verification required: \(zone) belongs to another account, which can allow this with a TXT record \
        \(HostingConsent.owner).\(zone) that says "\(consent.content)"
        """
    }
}

extension VerificationRequired: CustomStringConvertible {
    package var description: String { message }
}
