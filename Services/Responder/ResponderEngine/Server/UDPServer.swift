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
    private let threads = Mutex<[pthread_t]>([])

    /// Binds all sockets; queries wait in them until `start`.
    ///
    /// - Parameters:
    ///   - threads: Threads for each address, at least one.
    ///   - isExclusive: Whether an address that another process of this user shares is refused. A server that is to take
    ///     over from a running one passes false.
    package init(
        store: ZoneStore,
        addresses wanted: [ListenAddress],
        threads: Int,
        configuration: ResponderConfiguration = ResponderConfiguration(),
        isExclusive: Bool = true
    ) throws {
        var bound: [ListenAddress] = []
        var workers: [UDPWorker] = []
        for address in wanted {
            if isExclusive, address.port != 0 { try UDPSocket.probe(address) }
            var actual = address
            for _ in 0..<max(1, threads) {
                let socket = try UDPSocket(actual)
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
        }
        addresses = bound
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
