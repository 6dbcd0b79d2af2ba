// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import ResponderEngine
import Testing

@Suite struct UDPServerTests {
    /// A UDP socket of a client.
    final class Client {
        private let descriptor: Int32

        init() throws {
            descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            try #require(descriptor >= 0)
            var timeout = timeval(tv_sec: 5, tv_usec: 0)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        }

        deinit {
            close(descriptor)
        }

        /// The answer to a query, and the address it came from as a number.
        func exchange(_ query: [UInt8], host: String, port: UInt16) -> (octets: [UInt8], from: UInt32)? {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = unsafe inet_addr(host)
            let size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let sent = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe sendto(descriptor, query, query.count, 0, $0, size)
                }
            }
            guard sent == query.count else { return nil }
            var buffer = [UInt8](repeating: 0, count: 4096)
            var from = sockaddr_in()
            var fromSize = size
            let length = unsafe withUnsafeMutablePointer(to: &from) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(descriptor, &buffer, buffer.count, 0, $0, &fromSize)
                }
            }
            guard length > 0 else { return nil }
            return (Array(buffer[..<length]), from.sin_addr.s_addr)
        }
    }

    let fixture: ResponderFixture
    let query: [UInt8]

    init() throws {
        fixture = try .example()
        let question = Question(name: try Name(labels: ["web", "example", "com"].map { Array($0.utf8) }), type: .a)
        query = try Message(header: MessageHeader(id: 77), questions: [question]).encoded()
    }

    @Test("queries are answered on every address, and counted")
    func answers() throws {
        let server = try UDPServer(
            store: fixture.store,
            addresses: [ListenAddress(host: "127.0.0.1", port: 0), ListenAddress(host: "::1", port: 0)],
            threads: 2
        )
        try server.start()
        defer { server.stop() }
        let client = try Client()
        let port = try #require(server.addresses.first?.port)
        for _ in 0..<10 {
            let answer = try #require(client.exchange(query, host: "127.0.0.1", port: port))
            #expect(try Message(wire: answer.octets).answers.count == 1)
        }
        #expect(server.total(.queries(.udp4)) == 10)
        #expect(server.total(.code(0)) == 10)
        #expect(server.addresses.allSatisfy { $0.port > 0 })
    }

    @Test("a wildcard socket answers from the address that was asked")
    func sourceAddress() throws {
        let server = try UDPServer(
            store: fixture.store,
            addresses: [ListenAddress(host: "0.0.0.0", port: 0)],
            threads: 1
        )
        try server.start()
        defer { server.stop() }
        let port = try #require(server.addresses.first?.port)
        for host in ["127.0.0.1", "127.0.0.2", "127.1.2.3"] {
            let answer = try #require(try Client().exchange(query, host: host, port: port))
            #expect(unsafe answer.from == inet_addr(host))
        }
    }

    @Test("an address in use, a foreign one and a malformed one are told by name")
    func bindErrors() throws {
        let first = try UDPServer(
            store: fixture.store,
            addresses: [ListenAddress(host: "127.0.0.1", port: 0)],
            threads: 1
        )
        let taken = try #require(first.addresses.first)
        func error(_ address: ListenAddress) -> UDPServerError? {
            #expect(throws: UDPServerError.self) {
                try UDPServer(store: fixture.store, addresses: [address], threads: 1)
            }
        }
        #expect(error(taken) == .addressInUse("\(taken)"))
        #expect(error(taken)?.description.contains("\(taken)") == true)
        #expect(error(ListenAddress(host: "192.0.2.1", port: 0)) == .addressNotAvailable("192.0.2.1:0"))
        #expect(error(ListenAddress(host: "localhost", port: 0)) == .badAddress("localhost:0"))
    }

    @Test("a server that was told to stop frees its addresses")
    func stop() throws {
        var address = ListenAddress(host: "127.0.0.1", port: 0)
        do {
            let server = try UDPServer(store: fixture.store, addresses: [address], threads: 2)
            try server.start()
            server.stop()
            address = try #require(server.addresses.first)
        }
        _ = try UDPServer(store: fixture.store, addresses: [address], threads: 1)
    }

    @Test("the stream responder answers up to 65,535 octets")
    func stream() throws {
        let texts = (0..<250).map { "t TXT \"\($0) \(String(repeating: "x", count: 200))\"" }.joined(separator: "\n")
        try fixture.put("large.test.", "@ SOA a b 1 1 1 1 1\n\(texts)")
        let responder = try TCPResponder(store: fixture.store, configuration: ResponderConfiguration())
        let question = Question(name: try Name(labels: ["t", "large", "test"].map { Array($0.utf8) }), type: .txt)
        let asked = try Message(header: MessageHeader(id: 1), questions: [question]).encoded()
        let answer = unsafe asked.withUnsafeBytes { unsafe Array(responder.respond(to: $0, transport: .tcp4)) }
        let message = try Message(wire: answer)
        #expect(message.answers.count == 250 && !message.header.isTruncated)
        #expect(responder.counters[.queries(.tcp4)] == 1)
        let none = unsafe ([0, 1] as [UInt8]).withUnsafeBytes {
            unsafe Array(responder.respond(to: $0, transport: .tcp4))
        }
        #expect(none.isEmpty)
    }
}
