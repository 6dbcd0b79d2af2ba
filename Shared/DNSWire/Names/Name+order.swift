// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension Name: Comparable {
    /// The canonical order of RFC 4034 6.1: labels compared from the right, as lower-case octet strings.
    @inlinable
    package static func < (left: Name, right: Name) -> Bool {
        left.canonicalOrder(right) < 0
    }

    /// Below zero, zero or above zero as this name sorts before, with or after `other` in canonical order.
    ///
    /// Both names are walked once from the left, their ends aligned: of the labels that differ, the last decides.
    @inlinable
    package func canonicalOrder(_ other: Name) -> Int {
        let leftCount = labelCount
        let rightCount = other.labelCount
        var left = WireReader(bytes)
        var right = WireReader(other.bytes)
        left.skipLabels(max(0, leftCount - rightCount))
        right.skipLabels(max(0, rightCount - leftCount))
        var decision = leftCount - rightCount
        for _ in 0..<min(leftCount, rightCount) {
            let order = left.passLabel(against: &right)
            if order != 0 { decision = order }
        }
        return decision
    }
}

/// Steps through names that are known to be valid.
extension WireReader {
    /// Passes over `count` labels.
    @inlinable
    mutating func skipLabels(_ count: Int) {
        for _ in 0..<count { position &+= Int(octet(at: position)) &+ 1 }
    }

    /// Passes over one label here and in `other` and gives their order as lower-case octet strings.
    ///
    /// A missing octet sorts before a zero one.
    @inlinable
    mutating func passLabel(against other: inout WireReader) -> Int {
        let length = Int(octet(at: position))
        let otherLength = Int(other.octet(at: other.position))
        var order = length &- otherLength
        for index in 1..<(min(length, otherLength) &+ 1) {
            let first = CaseFolding.lower(octet(at: position &+ index))
            let second = CaseFolding.lower(other.octet(at: other.position &+ index))
            if first != second {
                order = Int(first) &- Int(second)
                break
            }
        }
        position &+= length &+ 1
        other.position &+= otherLength &+ 1
        return order
    }
}
