// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension [UInt8] {
    /// Appends an integer in network order.
    @inline(__always)
    mutating func appendInteger(_ value: UInt16) {
        append(UInt8(truncatingIfNeeded: value &>> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends an integer in network order.
    @inline(__always)
    mutating func appendInteger(_ value: UInt32) {
        appendInteger(UInt16(truncatingIfNeeded: value &>> 16))
        appendInteger(UInt16(truncatingIfNeeded: value))
    }
}
