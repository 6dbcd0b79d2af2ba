// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import ResponderEngine
import Testing

/// The address that an answer leaves from, on a machine that has several of each family: a network namespace, which a
/// user without rights may make too.
@Suite struct UDPServerAddressTests {
    /// Set in the process that runs within the namespace.
    static let marker = "ZONEWRIGHT_TEST_NAMESPACE"
    static let addresses4 = ["127.0.0.1", "192.0.2.1", "192.0.2.77"]
    static let addresses6 = ["::1", "fd00::53", "fd00:1:2:3:4:5:6:7"]

    @Test("sockets bound to all addresses answer from the one that was asked, in IPv4 and IPv6")
    func sourceAddresses() throws {
        guard ProcessInfo.processInfo.environment[Self.marker] == nil else { return try answerFromEach() }
        let added = (Self.addresses4.dropFirst().map { "\($0)/32" } + Self.addresses6.dropFirst().map { "\($0)/128" })
            .map { "ip address add \($0) dev lo" }
        let script = (["set -e", "ip link set lo up"] + added + [#"exec "$0" "$@""#]).joined(separator: "\n")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = [
            "--map-root-user", "--net", "sh", "-c", script,
            try FileManager.default.destinationOfSymbolicLink(
                atPath: "/proc/self/exe"
            ),
            "--testing-library", "swift-testing", "--filter", "UDPServerAddressTests",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging([Self.marker: "1"]) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(said)")
        #expect(said.contains("with 1 test"), "the test was found within the namespace: \(said)")
    }

    /// Within the namespace.
    private func answerFromEach() throws {
        let fixture = try ResponderFixture.example()
        let server = try UDPServer(
            store: fixture.store,
            addresses: [ListenAddress(host: "0.0.0.0", port: 0), ListenAddress(host: "::", port: 0)],
            threads: 2
        )
        try server.start()
        defer { server.stop() }
        let question = Question(name: try Name(text: "web.example.com."), type: .a)
        for (server, hosts) in zip(server.addresses, [Self.addresses4, Self.addresses6]) {
            for (id, host) in hosts.enumerated() {
                let query = try Message(header: MessageHeader(id: UInt16(id)), questions: [question]).encoded()
                // The client's own address is always the first: a server that left the choice to the system would
                // answer from there.
                let (answer, from) = try Self.exchange(query, from: hosts[0], to: host, port: server.port)
                #expect(from == host)
                #expect(try Message(wire: answer).answers.map(\.rdata) == [[192, 0, 2, 80]])
            }
        }
        #expect(server.total(.sendFailures) == 0)
        #expect(server.total(.queries(.udp4)) == Self.addresses4.count)
        #expect(server.total(.queries(.udp6)) == Self.addresses6.count)
    }

    /// The answer to a query, and the address that it came from.
    private static func exchange(
        _ query: [UInt8],
        from source: String,
        to host: String,
        port: UInt16
    ) throws -> ([UInt8], String) {
        let own = try unsafe #require(address(source, 0))
        defer { unsafe freeaddrinfo(own) }
        let target = try unsafe #require(address(host, port))
        defer { unsafe freeaddrinfo(target) }
        let descriptor = socket(unsafe own.pointee.ai_family, Int32(SOCK_DGRAM.rawValue), 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        try #require(unsafe bind(descriptor, own.pointee.ai_addr, own.pointee.ai_addrlen) == 0)
        let destination = unsafe target.pointee
        let sent = unsafe sendto(descriptor, query, query.count, 0, destination.ai_addr, destination.ai_addrlen)
        try #require(sent == query.count)
        var buffer = [UInt8](repeating: 0, count: 4096)
        var from = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let length = unsafe withUnsafeMutablePointer(to: &from) { from in
            unsafe from.withMemoryRebound(to: sockaddr.self, capacity: 1) { from in
                let length = unsafe recvfrom(descriptor, &buffer, buffer.count, 0, from, &size)
                unsafe getnameinfo(from, size, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
                return length
            }
        }
        try #require(length > 0, "no answer from \(host)")
        let text = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (Array(buffer[..<length]), String(decoding: text, as: UTF8.self))
    }

    /// A literal address as the system has it; nil when it is none.
    private static func address(_ host: String, _ port: UInt16) -> UnsafeMutablePointer<addrinfo>? {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = AI_NUMERICHOST
        unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        return unsafe getaddrinfo(host, "\(port)", &hints, &found) == 0 ? found : nil
    }
}
