// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The checksum that values in the file begin with, taken over the key and the rest of the value.
///
/// It finds octets that a disk or memory has changed, before they become an answer; it is no protection against people.
/// The octets are taken 16 at a time, each pair of words being multiplied to 128 bits whose halves are folded together,
/// which costs some ten nanoseconds for a node of ordinary size. The key is part of it, so that a value that stands
/// under another key than it was written for is found out too.
///
/// Words are read in the machine's own order: files of LMDB do not go from one order to the other anyway.
@usableFromInline
package enum ValueChecksum {
    /// Octets of the checksum in front of what it is taken over.
    @inlinable package static var length: Int { 8 }

    // Digits of pi: odd and without pattern.
    @inlinable static var first: UInt64 { 0x2438_6A30_88D3_13B1 }
    @inlinable static var second: UInt64 { 0x1198_A2E0_3707_344B }
    @inlinable static var third: UInt64 { 0x2940_93C2_299F_31D1 }
    @inlinable static var fourth: UInt64 { 0x0082_EFA9_8EC4_E6C9 }

    /// The checksum of `body`, stored under `key`.
    @inlinable
    package static func of(key: UnsafeRawBufferPointer, body: UnsafeRawBufferPointer) -> UInt64 {
        let keyed = unsafe absorb(key, into: first)
        return unsafe fold(absorb(body, into: keyed ^ second) ^ third, UInt64(truncatingIfNeeded: body.count) ^ fourth)
    }

    /// Whether `value` begins with the checksum of `key` and what follows.
    @inlinable
    package static func matches(key: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) -> Bool {
        guard value.count >= length else { return false }
        let body = unsafe UnsafeRawBufferPointer(rebasing: value[length...])
        return unsafe value.loadUnaligned(as: UInt64.self) == of(key: key, body: body)
    }

    @inlinable
    static func absorb(_ octets: UnsafeRawBufferPointer, into seed: UInt64) -> UInt64 {
        guard let start = octets.baseAddress else { return seed }
        let count = octets.count
        var state = seed ^ UInt64(truncatingIfNeeded: count)
        var offset = 0
        if count > 48 {
            // Three states that do not wait for each other's multiplications.
            var other = seed &+ second
            var another = seed &+ third
            while offset &+ 48 <= count {
                state = unsafe block(start + offset, state, first)
                other = unsafe block(start + offset + 16, other, second)
                another = unsafe block(start + offset + 32, another, third)
                offset &+= 48
            }
            state = fold(state ^ other, another ^ fourth)
        }
        while offset &+ 16 <= count {
            state = unsafe block(start + offset, state, first)
            offset &+= 16
        }
        let rest = count &- offset
        guard rest > 0 else { return state }
        var low: UInt64 = 0
        var high: UInt64 = 0
        if rest >= 8 {
            low = unsafe (start + offset).loadUnaligned(as: UInt64.self)
            high = unsafe (start + count - 8).loadUnaligned(as: UInt64.self)
        } else if rest >= 4 {
            low = unsafe UInt64((start + offset).loadUnaligned(as: UInt32.self))
            high = unsafe UInt64((start + count - 4).loadUnaligned(as: UInt32.self))
        } else {
            low = unsafe UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
            high = unsafe UInt64(start.load(fromByteOffset: offset + rest / 2, as: UInt8.self)) &<< 8
            high |= unsafe UInt64(start.load(fromByteOffset: count - 1, as: UInt8.self))
        }
        return fold(low ^ second, high ^ state)
    }

    @inlinable
    static func block(_ start: UnsafeRawPointer, _ state: UInt64, _ constant: UInt64) -> UInt64 {
        let low = unsafe start.loadUnaligned(as: UInt64.self)
        let high = unsafe (start + 8).loadUnaligned(as: UInt64.self)
        return fold(low ^ constant, high ^ state)
    }

    @inlinable
    static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension ValueChecksum {
    /// Writes the checksum of `key` and what stands behind the first eight octets of `value` to these.
    static func seal(_ value: inout [UInt8], key: [UInt8]) {
        unsafe key.withUnsafeBytes { key in
            unsafe value.withUnsafeMutableBytes { value in
                // SAFETY: values are made with room for the checksum in front.
                let body = unsafe UnsafeRawBufferPointer(rebasing: value[length...])
                unsafe value.storeBytes(of: of(key: key, body: body), as: UInt64.self)
            }
        }
    }

    /// Whether `value` begins with its checksum.
    static func matches(key: [UInt8], value: [UInt8]) -> Bool {
        unsafe key.withUnsafeBytes { key in unsafe value.withUnsafeBytes { unsafe matches(key: key, value: $0) } }
    }

    /// The checksum that `value` begins with, as it stands; 0 when it is too short.
    static func stored(in value: [UInt8]) -> UInt64 {
        guard value.count >= length else { return 0 }
        return unsafe value.withUnsafeBytes { unsafe $0.loadUnaligned(as: UInt64.self) }
    }
}
