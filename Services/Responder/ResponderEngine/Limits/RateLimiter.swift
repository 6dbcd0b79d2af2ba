// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import Synchronization

/// The table of what networks have been sent lately; one for all responders of a process.
///
/// Its memory is fixed, and a page is taken from the system when it is first needed only. Nothing is locked: see
/// `RateGate`.
@safe
package final class RateLimiter: Sendable {
    /// The limits as they were given.
    package let limits: RateLimits
    // SAFETY: `RateGate` touches the table through atomic operations only; mapped in init, unmapped in deinit.
    nonisolated(unsafe) private let table: UnsafeMutableRawPointer
    private let size: Int
    // SAFETY: written in init only, freed in deinit.
    nonisolated(unsafe) private let exempt: UnsafeMutableBufferPointer<ClientPrefix>
    private let seed: UInt64

    /// A table for these limits; nil when there is no memory for it.
    package init?(_ limits: RateLimits) {
        var entries = 1024
        while entries < min(limits.tableSize, 1 << 24) { entries <<= 1 }
        let size = entries * MemoryLayout<Atomic<UInt64>>.size
        // Zero octets are atomics of zero, so that no page has to be written to begin with.
        guard
            let memory = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            unsafe memory != MAP_FAILED
        else { return nil }
        self.limits = limits
        self.size = size
        unsafe table = memory
        unsafe exempt = .allocate(capacity: limits.exempt.count)
        _ = unsafe exempt.initialize(from: limits.exempt)
        seed = UInt64.random(in: .min ... .max)
    }

    deinit {
        unsafe munmap(table, size)
        unsafe exempt.deallocate()
    }

    /// The limits in the form that queries are held against. Valid as long as the limiter.
    var gate: RateGate {
        func interval(_ rate: Int) -> Int64 {
            rate <= 0 ? 0 : Int64(RateGate.second) / Int64(min(rate, RateLimits.maximumRate))
        }
        return unsafe RateGate(
            lines: table.assumingMemoryBound(to: Atomic<UInt64>.self),
            lineMask: UInt64(size / RateGate.lineSize - 1),
            exempt: UnsafeBufferPointer(exempt),
            intervals: [
                interval(limits.answers), interval(limits.noData), interval(limits.nameErrors),
                interval(limits.referrals), interval(limits.refusals), interval(limits.errors),
            ],
            zoneInterval: interval(limits.zone),
            window: Int64(min(max(limits.window, 1), 3600)) * RateGate.second,
            slip: UInt64(min(max(limits.slip, 0), 10)),
            isTrial: limits.isTrial,
            seed: seed
        )
    }
}
