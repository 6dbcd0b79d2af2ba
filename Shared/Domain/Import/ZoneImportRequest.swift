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

    /// What becomes of DNSSEC.
    package enum Signing: Hashable, Sendable {
        /// The zone is one whose records are edited here, and stays so.
        case edited
        /// The file was signed elsewhere and becomes the zone, to be served as it stands: the whole of it, with the
        /// serial that its signature covers. Signatures that are not valid now are errors unless allowed.
        case presigned(allowsExpired: Bool)
        /// The zone becomes one whose records are edited here: what signing made is dropped, from the file and from the
        /// zone.
        case dropped
        /// The zone was transferred in whole and is served as it came.
        case transferred
    }

    /// The master file's octets (RFC 1035 section 5).
    package var file: [UInt8]
    package var mode: Mode
    package var authority: Authority
    /// Other than `edited` only with the operator's authority.
    package var signing: Signing
    /// Whether the import is one of many, which may wait behind changes that people wait for.
    package var isBulk: Bool
    /// Only tell what would change.
    package var dryRun: Bool

    package init(
        file: [UInt8],
        mode: Mode = .merge,
        authority: Authority = .customer,
        signing: Signing = .edited,
        isBulk: Bool = false,
        dryRun: Bool = false
    ) {
        self.file = file
        self.mode = mode
        self.authority = authority
        self.signing = signing
        self.isBulk = isBulk
        self.dryRun = dryRun
    }

    /// Why a zone cannot be imported in this way, or nil.
    package func refusal(of standing: ZoneStanding) -> ValidationErrors? {
        if signing != .edited, authority != .operator {
            return ValidationErrors("base", "Only the operator imports signed zones")
        }
        if isPresigned, mode == .merge {
            return ValidationErrors("base", "A zone that was signed elsewhere is replaced as a whole")
        }
        guard standing.isPresigned, signing == .edited else {
            return nil
        }
        let remedy =
            authority == .operator ? ": import it with --presigned, or with --unsign to drop its signatures" : ""
        return ValidationErrors("base", ZoneStanding.presignedMessage + remedy)
    }

    /// A zone that a primary gave, to be served as it came.
    ///
    /// - Parameter file: The whole zone, its SOA record once.
    package static func transferred(_ file: [UInt8]) -> ZoneImportRequest {
        ZoneImportRequest(file: file, mode: .replace, authority: .operator, signing: .transferred)
    }

    /// Whether the file is all that is left of the zone, to be served as it is written.
    package var isExact: Bool { isPresigned || signing == .transferred }

    /// Whether the zone is to be served as it was signed elsewhere.
    package var isPresigned: Bool {
        if case .presigned = signing { true } else { false }
    }
}
