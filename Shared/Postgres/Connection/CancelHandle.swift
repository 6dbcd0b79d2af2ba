// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLibPQ
import Glibc
import Synchronization

/// Cancels, from any thread, what runs on one connection.
// SAFETY: `PQcancel` is documented as safe from other threads; the pointer is only freed with the object.
@safe final class CancelHandle: @unchecked Sendable {
    private let pointer: OpaquePointer
    /// The number of the statement under way, or nil between statements.
    private let running = Mutex<Int?>(nil)

    /// Takes ownership of `pointer`.
    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        // SAFETY: owned by this object alone.
        unsafe PQfreeCancel(pointer)
    }

    /// Marks the begin of statement `number`.
    func begin(_ number: Int) {
        running.withLock { $0 = number }
    }

    /// Marks the end of the statement; waits for a cancellation that is being sent, so that it cannot hit the next one.
    func end() {
        running.withLock { $0 = nil }
    }

    /// Asks the server to stop statement `number` if that is still what runs. Blocks for a round trip.
    func cancel(_ number: Int) {
        running.withLock { running in
            guard running == number else { return }
            // SAFETY: libpq writes at most `count` bytes. There is nothing to do about a failed request.
            _ = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
                unsafe PQcancel(pointer, buffer.baseAddress, CInt(buffer.count))
            }
        }
    }

    /// `cancel`, on a thread of its own: the caller may be on the cooperative pool.
    func cancelInBackground(_ number: Int) {
        var thread = pthread_t()
        // SAFETY: the retain is balanced in the thread, or here when there is none.
        let box = unsafe Unmanaged.passRetained(Request(handle: self, number: number))
        let status = unsafe pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let request = unsafe Unmanaged<Request>.fromOpaque(argument).takeRetainedValue()
                request.handle.cancel(request.number)
                return nil
            },
            box.toOpaque()
        )
        if status == 0 { pthread_detach(thread) } else { unsafe box.release() }
    }

    private final class Request: Sendable {
        let handle: CancelHandle
        let number: Int

        init(handle: CancelHandle, number: Int) {
            self.handle = handle
            self.number = number
        }
    }
}
