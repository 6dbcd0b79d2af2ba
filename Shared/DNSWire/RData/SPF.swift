// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A sender policy in a type of its own, replaced by TXT.
    ///
    /// RFC 7208 3.1, RFC 4408 3.1.1.
    package typealias SPF = Text<SPFKind>

    /// Tells SPF from the other types of the same format.
    package enum SPFKind: RDataKind {
        /// SPF.
        package static let type = RRType.spf
    }
}
