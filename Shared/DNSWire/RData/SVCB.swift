// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Where and how to reach any service.
    ///
    /// RFC 9460 2.
    package typealias SVCB = ServiceBinding<SVCBKind>

    /// Tells SVCB from the other types of the same format.
    package enum SVCBKind: RDataKind {
        /// SVCB.
        package static let type = RRType.svcb
    }
}
