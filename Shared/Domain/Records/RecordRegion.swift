// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The places where a record can be served.
package enum RecordRegion {
    /// Served everywhere: what a record has unless told otherwise.
    package static let everywhere = ["global"]
    /// The names of all of them.
    package static let all = ["global", "SV1", "ORD", "IAD", "AMS", "TKO", "SYD", "CDG", "FRA"]
    private static let known = Set(all)

    /// The regions that a client sent; none mean everywhere.
    ///
    /// - Throws: `ValidationErrors` for `regions`.
    static func validated(_ regions: [String]?) throws(ValidationErrors) -> [String] {
        guard let regions, !regions.isEmpty else {
            return everywhere
        }
        guard Set(regions).isSubset(of: known), Set(regions).count == regions.count else {
            throw ValidationErrors("regions", "is invalid")
        }
        return regions
    }
}
