// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension Name {
    /// The number of labels, the root not counted.
    @inlinable
    package var labelCount: Int {
        var count = 0
        var index = 0
        while wire[index] != 0 {
            count += 1
            index += Int(wire[index]) + 1
        }
        return count
    }

    /// The labels from the left, the root's empty one not included.
    package var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var index = 0
        while wire[index] != 0 {
            let end = index + 1 + Int(wire[index])
            labels.append(wire[(index + 1)..<end])
            index = end
        }
        return labels
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
}
