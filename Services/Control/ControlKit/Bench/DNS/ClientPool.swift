// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// The clients of one thread, in memory of their own: they are changed in place, whichever index is worked on.
@safe
struct ClientPool<Client: LoadClient & ~Copyable>: ~Copyable {
    // SAFETY: made in init, freed in deinit; `count` of the clients are initialised.
    private let clients: UnsafeMutablePointer<Client>
    private let polled: UnsafeMutablePointer<pollfd>
    private let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        unsafe clients = .allocate(capacity: capacity)
        unsafe polled = .allocate(capacity: capacity)
    }

    deinit {
        unsafe clients.deinitialize(count: count)
        unsafe clients.deallocate()
        unsafe polled.deallocate()
    }

    mutating func append(_ client: consuming Client) {
        precondition(count < capacity, "more clients than there is room for")
        unsafe (clients + count).initialize(to: client)
        count += 1
    }

    /// The client at an index below `count`.
    subscript(index: Int) -> Client {
        unsafeAddress {
            precondition(0..<count ~= index, "no client has this index")
            return unsafe UnsafePointer(clients + index)
        }
        unsafeMutableAddress {
            precondition(0..<count ~= index, "no client has this index")
            return unsafe clients + index
        }
    }

    /// Sleeps until something has come for a client, for some milliseconds at most.
    func wait(milliseconds: Int32) {
        for index in 0..<count {
            // SAFETY: there are as many entries as clients.
            unsafe polled[index] = pollfd(fd: clients[index].descriptor, events: Int16(POLLIN), revents: 0)
        }
        unsafe poll(polled, nfds_t(count), milliseconds)
    }
}
