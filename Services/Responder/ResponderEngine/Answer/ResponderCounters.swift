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
        /// Responses with the TC bit.
        case truncated
        /// Responses from the packet cache.
        case cacheHits
        /// Queries answered SERVFAIL because the store could not be read.
        case storeFailures
        /// Responses that the kernel did not take.
        case sendFailures
        /// Responses with a code; codes above 16 count as 16.
        case code(UInt16)

        var slot: Int {
            switch self {
            case .queries(let transport): transport.rawValue
            case .dropped: 6
            case .truncated: 7
            case .cacheHits: 8
            case .storeFailures: 9
            case .sendFailures: 10
            case .code(let code): 16 &+ Int(min(code, 16))
            }
        }
    }

    // SAFETY: allocated in init with `slots` counters and a cache line on either side, which keeps other threads'
    // memory off their lines; freed in deinit. Every slot of `Item` is below `slots`.
    nonisolated(unsafe) private let memory: UnsafeMutablePointer<Atomic<Int>>
    private static let slots = 40
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
}
