// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import NIOCore
import NIOPosix
import ServiceLifecycle

/// HTTP clients whose connections go to one checked address each, kept for a while: a client's TLS context is dear, and
/// events of one webhook often come in numbers.
///
/// It is a service only to close the clients at the end: list it before those who use it.
final actor PinnedClients: Service {
    private struct Key: Hashable {
        let host: String
        let address: String
    }

    private struct Entry {
        let client: HTTPClient
        var users = 0
        var lastUse = ContinuousClock.now
    }

    /// More clients than this are only kept while they are in use.
    private let capacity: Int
    private let timeout: Duration
    private var entries: [Key: Entry] = [:]

    init(timeout: Duration, capacity: Int = 64) {
        self.timeout = timeout
        self.capacity = capacity
    }

    func run() async throws {
        try? await gracefulShutdown()
        await close()
    }

    /// Closes the clients that are not in use; the others when they come back.
    func close() async {
        let idle = entries.values.filter { $0.users == 0 }
        entries = [:]
        for entry in idle { try? await entry.client.shutdown() }
    }

    /// Lends a client that connects to `address` whatever `host` resolves to.
    func withClient<Value: Sendable>(
        host: String,
        address: String,
        _ body: (HTTPClient) async throws -> Value
    ) async throws -> Value {
        let key = Key(host: host, address: address)
        var entry = entries[key] ?? Entry(client: makeClient(key))
        entry.users += 1
        entries[key] = entry
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(entry.client))
        } catch {
            result = .failure(error)
        }
        await giveBack(key, entry.client)
        return try result.get()
    }

    private func giveBack(_ key: Key, _ client: HTTPClient) async {
        guard var entry = entries[key], entry.client === client else {
            try? await client.shutdown()
            return
        }
        entry.users -= 1
        entry.lastUse = .now
        entries[key] = entry
        guard entries.count > capacity,
            let oldest = entries.filter({ $0.value.users == 0 }).min(by: { $0.value.lastUse < $1.value.lastUse })
        else { return }
        entries[oldest.key] = nil
        try? await oldest.value.client.shutdown()
    }

    private func makeClient(_ key: Key) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(timeout / 2), read: TimeAmount(timeout)),
            connectionPool: .init(idleTimeout: .seconds(10)),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        // A failed connection is an answer: the job itself is tried again.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.dnsOverride = [key.host: key.address]
        configuration.dnsOverride[key.host.lowercased()] = key.address
        return HTTPClient(
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup.singleton),
            configuration: configuration
        )
    }
}
