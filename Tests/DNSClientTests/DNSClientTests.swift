// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore
import TestSupport
import Testing

@testable import DNSClient

@Suite struct DNSClientTests {
    private static let client = DNSClient(timeout: .seconds(20))

    private static func question(_ name: String) throws -> Question {
        let labels = name.split(separator: ".").map { Array($0.utf8) }
        return Question(name: try Name(labels: labels), type: .txt)
    }

    private static func address(_ server: ScriptedNameServer) throws -> SocketAddress {
        try SocketAddress(ipAddress: "127.0.0.1", port: server.port)
    }

    @Test func `the answer comes over UDP`() async throws {
        let server = try ScriptedNameServer { query, isStream in isStream ? nil : query.response(rcode: .nameError) }
        defer { server.stop() }
        let question = try Self.question("www.example.com")
        let answer = try await Self.client.ask(question, of: try Self.address(server))
        #expect(answer.rcode == .nameError && answer.questions == [question])
    }

    @Test func `a truncated answer is asked for over TCP`() async throws {
        let server = try ScriptedNameServer { query, isStream in
            var answer = query.response(rcode: isStream ? .noError : .serverFailure)
            answer.header.isTruncated = !isStream
            return answer
        }
        defer { server.stop() }
        let answer = try await Self.client.ask(try Self.question("example.com"), of: try Self.address(server))
        #expect(answer.rcode == .noError && !answer.header.isTruncated)
    }

    @Test func `what answers another question is passed over`() async throws {
        let other = try Self.question("other.example.com")
        let server = try ScriptedNameServer { query, _ in
            var answer = query.response()
            answer.questions = [other]
            return answer
        }
        defer { server.stop() }
        let impatient = DNSClient(timeout: .milliseconds(300))
        await #expect(throws: DNSClientError.timeout) {
            try await impatient.ask(try Self.question("example.com"), of: try Self.address(server))
        }
        server.change { query, _ in
            var answer = query.response()
            answer.header.id &+= 1
            return answer
        }
        await #expect(throws: DNSClientError.timeout) {
            try await impatient.ask(try Self.question("example.com"), of: try Self.address(server))
        }
        server.change { query, _ in query }
        await #expect(throws: DNSClientError.timeout) {
            try await impatient.ask(try Self.question("example.com"), of: try Self.address(server))
        }
    }

    @Test func `a port nobody listens on is told at once`() async throws {
        let nowhere = try SocketAddress(ipAddress: "127.0.0.1", port: try FreePort.next())
        do {
            _ = try await Self.client.ask(try Self.question("example.com"), of: nowhere)
            Issue.record("an answer came from nowhere")
        } catch let error as DNSClientError {
            guard case .unreachable = error else {
                Issue.record("\(error)")
                return
            }
        }
    }

    @Test func `a cancelled task asks no longer`() async throws {
        let server = try ScriptedNameServer { _, _ in nil }
        defer { server.stop() }
        let address = try Self.address(server)
        let question = try Self.question("example.com")
        let task = Task { try await DNSClient(timeout: .seconds(600)).ask(question, of: address) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func `many questions at a time each get their own answer`() async throws {
        let server = try ScriptedNameServer { query, _ in query.response() }
        defer { server.stop() }
        let address = try Self.address(server)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    let question = try Self.question("n\(number).example.com")
                    let answer = try await Self.client.ask(question, of: address)
                    #expect(answer.questions == [question])
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a stream is read until its last message, and not after the time or the connection is over`()
        async throws
    {
        let server = try ScriptedNameServer { query, isStream in isStream ? query.response() : nil }
        defer { server.stop() }
        let query = try Message.query(id: 7, try Self.question("example.com")).encoded()
        let address = try Self.address(server)
        try await Self.client.stream(query, to: address, limit: .seconds(20)) { octets in
            try Message(wire: octets).header.id == 7
        }
        await #expect(throws: DNSClientError.cannotAsk("enough")) {
            try await Self.client.stream(query, to: address, limit: .seconds(20)) { _ in
                throw DNSClientError.cannotAsk("enough")
            }
        }
        await #expect(throws: DNSClientError.self) {
            try await Self.client.stream(query, to: address, limit: .milliseconds(300)) { _ in false }
        }
    }
}
