// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// What one responder has counted since its start.
///
/// Only its own thread adds, so a plain load and store does for an atomic addition; any thread may read.
@safe
package final class ResponderCounters: Sendable {
    /// One of the counters.
    package enum Item: Sendable, Hashable {
        /// Queries that came over a transport.
        case queries(Transport)
        /// Queries that got no response: too short, or responses themselves.
        case dropped
        /// Responses with the TC bit because of their size.
        case truncated
        /// Responses from the packet cache.
        case cacheHits
        /// Queries answered SERVFAIL because the store could not be read.
        case storeFailures
        /// Responses that the kernel did not take.
        case sendFailures
        /// Queries with an OPT record.
        case edns
        /// Queries with the DO bit.
        case dnssecOK
        /// Queries with a cookie of the client alone.
        case clientCookies
        /// Queries with a server cookie of ours that is still good.
        case goodCookies
        /// Queries with any other server cookie.
        case badCookies
        /// Queries signed with TSIG.
        case signed
        /// Responses not sent because of a rate limit.
        case limited
        /// Responses replaced by an empty truncated one, or sent anyway, although a rate limit was exceeded.
        case slipped
        /// Responses that a rate limit would have held back if it were not a trial.
        case wouldLimit
        /// Responses with a code; codes above 23 count as 24.
        case code(UInt16)
        /// Queries for a type by its number; types above 255 count as 256.
        case type(UInt16)
        /// Responses of more than 2^(n-1) and at most 2^n octets, n from 0 to 16.
        case size(Int)

        var slot: Int {
            switch self {
            case .queries(let transport): transport.rawValue
            case .dropped: 6
            case .truncated: 7
            case .cacheHits: 8
            case .storeFailures: 9
            case .sendFailures: 10
            case .edns: 11
            case .dnssecOK: 12
            case .clientCookies: 13
            case .goodCookies: 14
            case .badCookies: 15
            case .signed: 16
            case .limited: 17
            case .slipped: 18
            case .wouldLimit: 19
            case .code(let code): 32 &+ Int(min(code, 24))
            case .size(let bits): 64 &+ min(max(bits, 0), 16)
            case .type(let type): 96 &+ Int(min(type, 256))
            }
        }
    }

    // SAFETY: allocated in init with `slots` counters and a cache line on either side, which keeps other threads'
    // memory off their lines; freed in deinit. Every slot of `Item` is below `slots`.
    nonisolated(unsafe) private let memory: UnsafeMutablePointer<Atomic<Int>>
    private static let slots = 96 + 257
    private static let margin = 16

    /// Counters at zero.
    package init() {
        let capacity = Self.slots + 2 * Self.margin
        unsafe memory = .allocate(capacity: capacity)
        for index in 0..<capacity {
            unsafe (memory + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        unsafe memory.deinitialize(count: Self.slots + 2 * Self.margin)
        unsafe memory.deallocate()
    }

    /// The present value.
    package subscript(item: Item) -> Int {
        unsafe memory[Self.margin &+ item.slot].load(ordering: .relaxed)
    }

    @inline(__always)
    func add(_ item: Item, _ count: Int = 1) {
        let slot = Self.margin &+ item.slot
        unsafe memory[slot].store(memory[slot].load(ordering: .relaxed) &+ count, ordering: .relaxed)
    }

    /// Counts a response by its code and its size.
    @inline(__always)
    func addResponse(code: UInt16, length: Int) {
        add(.code(code))
        // The number of bits of length - 1: 0 for 1, 9 for 257 to 512, 16 for more than 32,768.
        add(.size(Int.bitWidth &- (length &- 1).leadingZeroBitCount))
    }
}
