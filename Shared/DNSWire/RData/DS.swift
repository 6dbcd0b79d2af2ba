// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A key that the child zone is entered by.
    ///
    /// RFC 4034 5.1.
    package typealias DS = KeyDigest<DSKind>

    /// Tells DS from the other types of the same format.
    package enum DSKind: RDataKind {
        /// DS.
        package static let type = RRType.ds
    }
}
