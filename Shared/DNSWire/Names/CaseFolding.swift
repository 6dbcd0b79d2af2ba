// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Comparison without case as the DNS means it: only the ASCII letters A to Z fold (RFC 4343).
///
/// The length octets of a name are at most 63 and so never look like a letter: a whole name can be folded blindly.
@usableFromInline
package enum CaseFolding {
    /// The octet in lower case.
    @inlinable
    package static func lower(_ octet: UInt8) -> UInt8 {
        octet &- 0x41 < 26 ? octet | 0x20 : octet
    }

    /// Eight octets in lower case at once.
    @inlinable
    package static func lower(_ word: UInt64) -> UInt64 {
        let low7 = word & 0x7F7F_7F7F_7F7F_7F7F
        let aboveZ = low7 &+ 0x2525_2525_2525_2525
        let fromA = low7 &+ 0x3F3F_3F3F_3F3F_3F3F
        let upper = ~word & (fromA ^ aboveZ) & 0x8080_8080_8080_8080
        return word | (upper &>> 2)
    }

    /// Whether two ranges of octets of one length are equal without case.
    @inlinable
    package static func equal(_ left: RawSpan, _ right: RawSpan) -> Bool {
        let count = left.byteCount
        guard count == right.byteCount else { return false }
        var index = 0
        while index &+ 8 <= count {
            // SAFETY: index + 8 <= count of both spans; every bit pattern is a UInt64.
            let first = unsafe left.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            let second = unsafe right.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
            if first != second, lower(first) != lower(second) { return false }
            index &+= 8
        }
        while index < count {
            // SAFETY: index < count of both spans; every bit pattern is a UInt8.
            let first = unsafe left.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            let second = unsafe right.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)
            if lower(first) != lower(second) { return false }
            index &+= 1
        }
        return true
    }

    /// Feeds octets in lower case to `hasher`, eight at a time.
    @inlinable
    package static func hash(_ octets: RawSpan, into hasher: inout Hasher) {
        let count = octets.byteCount
        var index = 0
        while index &+ 8 <= count {
            // SAFETY: index + 8 <= count; every bit pattern is a UInt64.
            hasher.combine(lower(unsafe octets.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)))
            index &+= 8
        }
        var last: UInt64 = 0
        while index < count {
            // SAFETY: index < count; every bit pattern is a UInt8.
            last = last &<< 8 | UInt64(lower(unsafe octets.unsafeLoad(fromUncheckedByteOffset: index, as: UInt8.self)))
            index &+= 1
        }
        hasher.combine(last)
        hasher.combine(UInt8(truncatingIfNeeded: count))
    }
}
