// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The order of serial numbers (RFC 1982 3.2).
package enum SerialNumber {
    /// Whether `serial` comes after `other`; false for the two at the distance of 2^31, whose order is not defined.
    package static func isNewer(_ serial: UInt32, than other: UInt32) -> Bool {
        Int32(bitPattern: serial &- other) > 0
    }
}
