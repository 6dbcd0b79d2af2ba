// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension Name: Comparable {
    /// The canonical order of RFC 4034 6.1: labels compared from the right, as lower-case octet strings.
    @inlinable
    package static func < (left: Name, right: Name) -> Bool {
        left.canonicalOrder(right) < 0
    }

    /// Below zero, zero or above zero as this name sorts before, with or after `other` in canonical order.
    @inlinable
    package func canonicalOrder(_ other: Name) -> Int {
        let (left, leftCount) = labelOffsets
        let (right, rightCount) = other.labelOffsets
        var shared = 1
        while shared <= min(leftCount, rightCount) {
            let order = Self.labelOrder(
                wire,
                Int(left[leftCount - shared]),
                other.wire,
                Int(right[rightCount - shared])
            )
            if order != 0 { return order }
            shared += 1
        }
        return leftCount - rightCount
    }

    /// Where each label begins, without an allocation; only the first `count` entries mean something.
    @inlinable
    package var labelOffsets: (offsets: InlineArray<128, UInt8>, count: Int) {
        var offsets = InlineArray<128, UInt8>(repeating: 0)
        var count = 0
        var index = 0
        while wire[index] != 0 {
            offsets[count] = UInt8(truncatingIfNeeded: index)
            count += 1
            index += Int(wire[index]) + 1
        }
        return (offsets, count)
    }

    /// The order of two labels as lower-case octet strings; a missing octet sorts before a zero one.
    @usableFromInline
    static func labelOrder(_ left: [UInt8], _ leftStart: Int, _ right: [UInt8], _ rightStart: Int) -> Int {
        let leftLength = Int(left[leftStart])
        let rightLength = Int(right[rightStart])
        for index in 0..<min(leftLength, rightLength) {
            let first = CaseFolding.lower(left[leftStart + 1 + index])
            let second = CaseFolding.lower(right[rightStart + 1 + index])
            if first != second { return Int(first) - Int(second) }
        }
        return leftLength - rightLength
    }
}
