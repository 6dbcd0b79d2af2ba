// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc
internal import Synchronization
package import ZoneStore

/// Answers queries over UDP: for each address and thread a socket and a responder of its own.
///
/// The kernel spreads the queries over the sockets of an address. Threads share nothing but the store's map.
package final class UDPServer: Sendable {
    /// The addresses that are bound, with the ports that the system chose.
    package let addresses: [ListenAddress]
    /// What each thread has counted.
    package let counters: [ResponderCounters]

    private let workers: [UDPWorker]
    /// The address of each worker.
    private let places: [ListenAddress]
    private let threads = Mutex<[pthread_t]>([])

    /// The least memory of a thread's packet cache, in octets.
    private static let smallestCache = 1 << 20

    /// Binds all sockets; queries wait in them until `start`.
    ///
    /// - Parameters:
    ///   - threads: Threads for each address, at least one.
    ///   - isExclusive: Whether an address that another process of this user shares is refused.
    ///   - inherited: Sockets of another process for the addresses, which its own then go beside: so many as there are
    ///     threads are used. They stay the caller's; the server has copies.
    ///   - inherited: Sockets that another process made for the addresses. They belong to the server from here on, also
    ///     when it throws; at most as many as threads.
    package init(
        store: ZoneStore,
        addresses wanted: [ListenAddress],
        threads: Int,
        configuration: ResponderConfiguration = ResponderConfiguration(),
        isExclusive: Bool = true,
        inherited: [ListenAddress: [Int32]] = [:]
    ) throws {
        var configuration = configuration
        // Many threads have more memory to go with them.
        let share = configuration.cacheOctets / max(1, wanted.count * max(1, threads))
        configuration.cacheOctets = min(configuration.cacheOctets, max(share, Self.smallestCache))
        var bound: [ListenAddress] = []
        var workers: [UDPWorker] = []
        var places: [ListenAddress] = []
        for address in wanted {
            let theirs = inherited[address] ?? []
            if isExclusive, theirs.isEmpty, address.port != 0 { try UDPSocket.probe(address) }
            var actual = address
            for index in 0..<max(1, threads) {
                let socket =
                    index < theirs.count
                    ? try UDPSocket(copying: theirs[index], actual) : try UDPSocket(actual)
                actual = ListenAddress(host: address.host, port: socket.port)
                workers.append(
                    try UDPWorker(
                        responder: Responder(store: store, configuration: configuration),
                        socket: socket,
                        payloadLimit: configuration.payloadLimit,
                        isIPv6: address.isIPv6
                    )
                )
            }
            bound.append(actual)
            places += repeatElement(actual, count: max(1, threads))
        }
        addresses = bound
        self.places = places
        self.workers = workers
        counters = workers.map(\.counters)
    }

    /// Starts the threads. A server that was stopped cannot be started again.
    package func start() throws(UDPServerError) {
        try threads.withLock { threads throws(UDPServerError) in
            guard threads.isEmpty else { return }
            for worker in workers {
                threads.append(try Self.spawn(worker))
            }
        }
    }

    /// Ends the threads and waits for them: each finishes its batch first. Takes at most a second.
    ///
    /// Blocks the calling thread.
    package func stop() {
        for worker in workers { worker.stop() }
        threads.withLock { threads in
            for thread in threads { pthread_join(thread, nil) }
            threads.removeAll()
        }
    }

    /// The sockets of an address that is bound, for another process to inherit; they stay the server's.
    package func descriptors(of address: ListenAddress) -> [Int32] {
        zip(places, workers).compactMap { $0 == address ? $1.descriptor : nil }
    }

    /// The sum of a counter over all threads.
    package func total(_ item: ResponderCounters.Item) -> Int {
        counters.reduce(0) { $0 + $1[item] }
    }

    private static func spawn(_ worker: UDPWorker) throws(UDPServerError) -> pthread_t {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(worker).toOpaque()
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                // SAFETY: the reference that `spawn` retained for this thread.
                unsafe Unmanaged<UDPWorker>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context
        )
        guard code == 0 else {
            unsafe Unmanaged<UDPWorker>.fromOpaque(context).release()
            throw .outOfResources(code: code)
        }
        return thread
    }
}
