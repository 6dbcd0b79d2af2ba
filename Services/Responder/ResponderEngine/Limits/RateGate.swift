// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// Holds responses against the rate limits, for one thread, without a reference to count.
///
/// An entry of the table is one word: 20 bits that tell accounts apart, and the time up to which the account has been
/// paid for (the virtual scheduling algorithm of ITU-T I.371). A response moves that time on by the interval of its
/// rate, also when it is held back; it may lie a second in the past at most, which is the burst that is free, and
/// `window` in the future, which is how long the account stays closed after the stream has ended. Threads share the
/// table; an update that loses a race a few times is left out.
@safe
struct RateGate {
    /// What becomes of a response.
    enum Verdict {
        /// It is within the limits, or there are none.
        case pass
        /// It is above them, and nothing is sent.
        case hold
        /// It is above them, and the client is led to TCP.
        case slip
        /// It is above them, and sent nevertheless, since limits are only tried.
        case note
    }

    // SAFETY: `lines` has `lineMask` + 1 lines of `ways` words in the map of a `RateLimiter`, which outlives this.
    let lines: UnsafeMutablePointer<Atomic<UInt64>>?
    let lineMask: UInt64
    let exempt: UnsafeBufferPointer<ClientPrefix>
    /// Microseconds between two responses by class; 0 without a limit.
    let intervals: [6 of Int64]
    let zoneInterval: Int64
    let window: Int64
    let slip: UInt64
    let isTrial: Bool
    let seed: UInt64

    /// The unit of time is a microsecond.
    static let second: Int64 = 1_000_000
    /// A line is as long as a line of the processor's cache.
    static let lineSize = 64
    private static let ways = 8
    private static let timeBits: UInt64 = 44
    private static let timeMask: UInt64 = 1 << 44 - 1
    /// How often an entry is tried that other threads are changing.
    private static let attempts = 4

    /// A gate without limits.
    static var open: RateGate {
        unsafe RateGate(
            lines: nil,
            lineMask: 0,
            exempt: UnsafeBufferPointer(start: nil, count: 0),
            intervals: [0, 0, 0, 0, 0, 0],
            zoneInterval: 0,
            window: 0,
            slip: 0,
            isTrial: false,
            seed: 0
        )
    }

    /// Whether a client is never limited.
    func isExempt(_ client: ClientAddress) -> Bool {
        for index in unsafe 0..<exempt.count where unsafe exempt[index].contains(client) { return true }
        return false
    }

    /// Counts a response to `client` at `now`, in microseconds; `random` chooses which ones slip through.
    func judge(_ account: ResponseAccount, _ client: ClientAddress, now: UInt64, random: UInt64) -> Verdict {
        var isAbove = false
        let interval = intervals[account.kindIndex]
        if interval > 0 {
            // The first 24 bits of IPv4, the first 56 of IPv6.
            let network = client.isIPv4 ? client.low >> 8 : client.high >> 8 ^ 1 << 63
            isAbove = charge(mix(account.rawValue, network), interval, now)
        }
        if zoneInterval > 0, account.zone != 0 {
            if charge(mix(UInt64(account.zone), .max), zoneInterval, now) { isAbove = true }
        }
        if !isAbove { return .pass }
        if isTrial { return .note }
        return slip > 0 && random % slip == 0 ? .slip : .hold
    }

    /// Charges an account with one response: whether it has had too many.
    private func charge(_ hash: UInt64, _ interval: Int64, _ now: UInt64) -> Bool {
        guard let lines = unsafe lines else { return false }
        let line = unsafe lines + Int(truncatingIfNeeded: (hash & lineMask) &* UInt64(Self.ways))
        let mark = hash >> Self.timeBits
        for _ in 0..<Self.attempts {
            var slot = 0
            var word: UInt64 = 0
            // Of an account that is not there the least is known when it has paid for the least time.
            var balance = Int64.max
            for way in 0..<Self.ways {
                let candidate = unsafe line[way].load(ordering: .relaxed)
                let ahead = self.ahead(candidate, now)
                if candidate >> Self.timeBits == mark {
                    slot = way
                    word = candidate
                    balance = ahead
                    break
                }
                if ahead < balance {
                    slot = way
                    word = candidate
                    balance = ahead
                }
            }
            let start = word >> Self.timeBits == mark ? balance : -Self.second
            let next = min(start &+ interval, window)
            let time = (now &+ UInt64(bitPattern: next)) & Self.timeMask
            let result = unsafe line[slot].weakCompareExchange(
                expected: word,
                desired: mark << Self.timeBits | time,
                ordering: .relaxed
            )
            if result.exchanged { return next > 0 }
        }
        // Others have charged something to this place in the meantime; the next response will see it.
        return false
    }

    /// How far an entry has been paid for beyond `now`, in microseconds; a free second in the past for one that is old.
    private func ahead(_ word: UInt64, _ now: UInt64) -> Int64 {
        let difference = Int64(bitPattern: (word &- now) << (64 &- Self.timeBits)) >> Int64(64 &- Self.timeBits)
        // Times wrap after half a year: what seems to be ahead of all that could have been written is from before.
        return difference < -Self.second || difference > window ? -Self.second : difference
    }

    private func mix(_ first: UInt64, _ second: UInt64) -> UInt64 {
        var hash = (first ^ seed) &* 0x9E37_79B9_7F4A_7C15
        hash ^= hash >> 32
        hash = (hash ^ second) &* 0xFF51_AFD7_ED55_8CCD
        hash ^= hash >> 33
        hash &*= 0xC4CE_B9FE_1A85_EC53
        return hash ^ hash >> 33
    }
}
