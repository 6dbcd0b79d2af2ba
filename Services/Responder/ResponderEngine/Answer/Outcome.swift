// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A response that is written but for its options.
struct Outcome {
    /// Its octets; 0 when nothing is sent.
    var length: Int
    /// Its response code.
    var code: UInt16
    /// What it is charged to.
    var account: ResponseAccount
    /// The extended error to tell; `ExtendedError.none` for nothing.
    var extendedError = ExtendedError.none
}
