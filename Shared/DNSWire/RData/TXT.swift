// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Text that means what the owner says it does.
    ///
    /// RFC 1035 3.3.14.
    package typealias TXT = Text<TXTKind>

    /// Tells TXT from the other types of the same format.
    package enum TXTKind: RDataKind {
        /// TXT.
        package static let type = RRType.txt
    }
}
