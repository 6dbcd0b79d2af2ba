// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension [UInt8] {
    /// Appends an integer, the most significant octet first.
    @usableFromInline
    mutating func appendBigEndian(_ value: some FixedWidthInteger) {
        var shift = value.bitWidth
        while shift > 0 {
            shift -= 8
            append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }
}

/// A bounds-checked walk over octets that came from the file: what is damaged there must not become a trap.
struct ByteCursor {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// How many octets are left.
    var count: Int { rest.count }

    /// The next integer, the most significant octet first; nil at the end.
    mutating func next<Value: FixedWidthInteger & UnsignedInteger>(_ type: Value.Type) -> Value? {
        let size = Value.bitWidth / 8
        guard rest.count >= size else { return nil }
        var value: Value = 0
        for byte in rest.prefix(size) {
            value = (size > 1 ? value << 8 : 0) | Value(byte)
        }
        rest = rest.dropFirst(size)
        return value
    }

    /// The next `count` octets; nil when there are fewer.
    mutating func next(_ count: Int) -> ArraySlice<UInt8>? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
