// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// What passes through one responder, for one other thread to look at: queries with their responses.
///
/// The responder never waits: what has no room is counted and left out. A tap that was never opened costs nothing but a
/// load a batch, and its memory is allocated when it is opened for the first time.
@safe
package final class QueryTap: Sendable {
    // The address of the ring's block, 0 before the first opening; the block stays until `deinit`, which no responder
    // that uses the tap lets happen.
    private let address = Atomic<Int>(0)
    /// Every how many-th query is recorded; 0 for none.
    private let stride = Atomic<Int>(0)
    private let size: Int
    private let opening = Mutex(())

    /// A closed tap whose ring will have `octets`, rounded up to a power of two, at least 128 KiB: more than the largest
    /// query and response.
    package init(octets: Int = 1 << 20) {
        var size = 1 << 18
        while size < min(octets, 1 << 30) { size <<= 1 }
        self.size = size
    }

    deinit {
        if let ring { unsafe ring.block.deallocate() }
    }

    /// Starts to record every `stride`-th query, from the responder's next batch on. Any thread may call it.
    package func open(every stride: Int = 1) {
        opening.withLock { _ in
            if address.load(ordering: .relaxed) == 0 {
                let ring = TapRing.allocate(size)
                address.store(unsafe Int(bitPattern: ring.block), ordering: .releasing)
            }
            self.stride.store(max(stride, 1), ordering: .releasing)
        }
    }

    /// Stops recording after the responder's present batch. What is in the ring can still be taken.
    package func close() {
        stride.store(0, ordering: .releasing)
    }

    /// Whether queries are recorded.
    package var isOpen: Bool { stride.load(ordering: .relaxed) > 0 }

    /// Queries left out since the start, because nobody took the others in time.
    package var dropped: Int { ring?.dropped ?? 0 }

    /// Hands over what was recorded, oldest first, at most `limit` queries: their number. The response is empty when none
    /// was sent. For one thread at a time; the octets are valid during the call of `body` only.
    package func take(
        limit: Int = 1024,
        _ body: (TapEntry, _ query: UnsafeRawBufferPointer, _ response: UnsafeRawBufferPointer) -> Void
    ) -> Int {
        guard let ring else { return 0 }
        return unsafe ring.take(limit, body)
    }

    /// The ring and the stride for one batch of the responder; nil while closed.
    var active: (ring: TapRing, stride: Int)? {
        let stride = stride.load(ordering: .acquiring)
        guard stride > 0, let ring else { return nil }
        return (ring, stride)
    }

    private var ring: TapRing? {
        guard let block = unsafe UnsafeMutableRawPointer(bitPattern: address.load(ordering: .acquiring)) else {
            return nil
        }
        return unsafe TapRing(block: block, size: size)
    }
}
