// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A zone file to import, and how.
package struct ZoneImportRequest: Hashable, Sendable {
    /// What happens to the zone's records that the file does not have.
    package enum Mode: String, Sendable {
        /// They stay.
        case merge
        /// They are deleted, system records apart.
        case replace
    }

    /// Whose rules hold.
    package enum Authority: Hashable, Sendable {
        /// SOA and apex NS of the file are skipped; types that the platform owns are errors.
        case customer
        /// Everything is taken over from the file, with SOA, apex NS and DNSSEC types; any zone name goes.
        case `operator`
    }

    /// The master file's octets (RFC 1035 section 5).
    package var file: [UInt8]
    package var mode: Mode
    package var authority: Authority
    /// Only tell what would change.
    package var dryRun: Bool

    package init(file: [UInt8], mode: Mode = .merge, authority: Authority = .customer, dryRun: Bool = false) {
        self.file = file
        self.mode = mode
        self.authority = authority
        self.dryRun = dryRun
    }
}
