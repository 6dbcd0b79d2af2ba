// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Testing

@testable import WorkerService

@Suite struct PinnedClientsTests {
    private struct Broken: Error {}

    @Test(arguments: ["pinned.invalid", "PINNED.Invalid"])
    func `The connection goes to the checked address, not to what the name resolves to`(host: String) async throws {
        let receiver = try await WebhookReceiver()
        let clients = PinnedClients(timeout: .seconds(10), capacity: 0)
        let status = try await clients.withClient(host: host, address: "127.0.0.1") { client in
            let request = HTTPClientRequest(url: "http://\(host):\(receiver.port)/x")
            return try await client.execute(request, timeout: .seconds(10)).status.code
        }
        #expect(status == 200)
        #expect(receiver.requests.map(\.path) == ["/x"])
        try await receiver.close()
    }

    @Test func `A client is kept for the next use of the same address only`() async throws {
        let clients = PinnedClients(timeout: .seconds(10), capacity: 2)
        func identity(_ host: String, _ address: String) async throws -> ObjectIdentifier {
            try await clients.withClient(host: host, address: address) { ObjectIdentifier($0) }
        }
        let first = try await identity("a", "192.0.2.1")
        #expect(try await identity("a", "192.0.2.1") == first)
        #expect(try await identity("a", "192.0.2.2") != first)
        await #expect(throws: Broken.self) {
            try await clients.withClient(host: "a", address: "192.0.2.1") { _ in throw Broken() }
        }
        await clients.close()
    }
}
