// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram

/// Which hashes have been met lately, in a fixed number of bits: emptied before too many of them are set, so that most
/// of what is new is known to be new.
@safe
struct SeenHashes: ~Copyable {
    // SAFETY: allocated in init with `mask + 1` bits and freed in deinit; nil without any.
    private let words: UnsafeMutablePointer<UInt64>?
    private let mask: UInt64
    private var count: UInt64 = 0

    /// Room for `bits`, a power of two of at least 64, or none for 0.
    init(bits: Int) {
        guard bits >= 64 else {
            unsafe words = nil
            mask = 0
            return
        }
        mask = UInt64(bits - 1)
        let block = UnsafeMutablePointer<UInt64>.allocate(capacity: bits / 64)
        unsafe block.initialize(repeating: 0, count: bits / 64)
        unsafe words = block
    }

    deinit {
        unsafe words?.deallocate()
    }

    /// Begins to bring the bit of a hash near, for `insert` a little later.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
        guard let words = unsafe words else { return }
        // SAFETY: masked as in `insert`.
        unsafe cdatagram_prefetch(words + Int(((hash &>> 24) & mask) &>> 6))
    }

    /// Notes a hash: whether it had been noted before, as far as the bits can tell.
    mutating func insert(_ hash: UInt64) -> Bool {
        guard let words = unsafe words else { return false }
        // Other bits than those that choose a place in the cache.
        let bit = (hash &>> 24) & mask
        let place = Int(bit &>> 6)
        let flag: UInt64 = 1 &<< (bit & 63)
        if unsafe words[place] & flag != 0 { return true }
        count &+= 1
        if count > mask &>> 2 {
            unsafe words.update(repeating: 0, count: Int(mask &>> 6) &+ 1)
            count = 0
        }
        unsafe words[place] |= flag
        return false
    }
}
