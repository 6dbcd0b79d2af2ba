// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The places where a record can be served.
package enum RecordRegion {
    /// Served everywhere: what a record has unless told otherwise.
    package static let everywhere = ["global"]
    /// The names of DNSimple's; an operator may have others beside them.
    package static let all = ["global", "SV1", "ORD", "IAD", "AMS", "TKO", "SYD", "CDG", "FRA"]
    private static let known = Set(all)

    /// Whether a name may be a region's: 1–63 of letters, digits, `-`, `_` and `.`, as responders introduce themselves.
    package static func isName(_ name: String) -> Bool {
        1...63 ~= name.utf8.count
            && name.utf8.allSatisfy { octet in
                switch octet {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: true
                default: false
                }
            }
    }

    /// The regions that a client sent; none mean everywhere.
    ///
    /// - Parameter others: the names that the operator has added.
    /// - Throws: `ValidationErrors` for `regions`.
    static func validated(_ regions: [String]?, others: Set<String> = []) throws(ValidationErrors) -> [String] {
        guard let regions, !regions.isEmpty else {
            return everywhere
        }
        guard Set(regions).subtracting(known).isSubset(of: others), Set(regions).count == regions.count else {
            throw ValidationErrors("regions", "is invalid")
        }
        return regions
    }
}
