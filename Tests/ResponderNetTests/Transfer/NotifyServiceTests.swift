// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix
import Runtime
import ServiceLifecycle
import Testing
import ZoneStore
import ZoneTransfer

@testable import ResponderNet

/// Notifications of real changes over real sockets.
@Suite(.timeLimit(.minutes(2)))
struct NotifyServiceTests {
    /// A secondary's socket.
    private final class Secondary {
        let port: Int
        private let channel: NIOAsyncChannel<AddressedEnvelope<ByteBuffer>, AddressedEnvelope<ByteBuffer>>

        init(_ host: String = "127.0.0.1") async throws {
            channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: host, port: 0) { channel in
                    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
                }
            port = channel.channel.localAddress?.port ?? 0
        }

        /// Runs `body` on each notification until it says that it has seen enough; what it gives back is answered.
        func serve(_ body: ([UInt8]) throws -> (answer: [UInt8]?, isLast: Bool)) async throws {
            try await channel.executeThenClose { inbound, outbound in
                for try await envelope in inbound {
                    let (answer, isLast) = try body(Array(envelope.data.readableBytesView))
                    if let answer {
                        let data = ByteBuffer(bytes: answer)
                        try await outbound.write(AddressedEnvelope(remoteAddress: envelope.remoteAddress, data: data))
                    }
                    if isLast { return }
                }
            }
        }
    }

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a notifier over the fixture's store and peers while `body` runs.
    private func run(
        _ fixture: TransferFixture,
        sweepRate: Int = 0,
        timing: NotifyTiming = NotifyTiming(),
        _ body: (NotifyService) async throws -> Void
    ) async throws {
        let service = try await NotifyService(
            store: fixture.store,
            policy: fixture.service.policy,
            counters: fixture.counters,
            sources: [],
            sweepRate: sweepRate,
            timing: timing,
            logger: logger
        )
        fixture.store.observeChanges { service.changed($0.map(\.name)) }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [service], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            await service.started()
            do {
                try await body(service)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    private func value(_ fixture: TransferFixture, _ event: String) -> String? {
        let registry = MetricsRegistry()
        fixture.counters.register(in: registry)
        let prefix = "dns_notifies_total{event=\"\(event)\"} "
        return registry.render().split(separator: "\n").first { $0.hasPrefix(prefix) }.map {
            String($0.dropFirst(prefix.count))
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<10_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("not in time")
    }

    /// A good answer to a signed notification.
    private func answer(_ octets: [UInt8], to message: Message, rcode: RCode = .noError) throws -> [UInt8]? {
        let signed = try SignedMessage(octets)
        let keyring = TSIGKeyring([try TransferFixture.key()])
        guard case .valid(var transaction) = keyring.judge(signed, now: UInt64(time(nil))) else { return nil }
        var answer = message.response(rcode: rcode)
        answer.answers = []
        var wire = try answer.encoded()
        transaction.sign(&wire, now: UInt64(time(nil)))
        return wire
    }

    @Test("A change is told with the new SOA, signed, and told again until it is acknowledged")
    func changeIsTold() async throws {
        let secondary = try await Secondary()
        let fixture = try TransferFixture(
            peers: "peer a address=127.0.0.1 key=key. notify=127.0.0.1:\(secondary.port)"
        )
        try fixture.put(["www.example. 60 IN A 192.0.2.1"])
        var timing = NotifyTiming()
        timing.timeout = .milliseconds(50)
        timing.retries = Array(repeating: .milliseconds(20), count: 1_000)
        var seen: [UInt16] = []
        try await run(fixture, timing: timing) { _ in
            try fixture.change(to: "192.0.2.2")
            try await secondary.serve { octets in
                let message = try Message(wire: SignedMessage(octets).query)
                #expect(message.header.opcode == .notify)
                #expect(message.header.isAuthoritative)
                #expect(!message.header.isResponse)
                #expect(message.questions == [Question(name: try Name(text: "example."), type: .soa)])
                #expect(message.answers.map(\.line) == [TransferFixture.soa(2)])
                seen.append(message.header.id)
                // The first two are not answered, or not so that it counts.
                guard seen.count > 1 else { return (nil, false) }
                guard seen.count > 2 else { return (try message.response().encoded(), false) }
                return (try answer(octets, to: message), true)
            }
            try await until { value(fixture, "acknowledged") == "1" }
        }
        #expect(Set(seen).count == seen.count)
        #expect(value(fixture, "sent") == "\(seen.count)")
        #expect(value(fixture, "unanswered") == "\(seen.count - 1)")
        #expect(value(fixture, "refused") == "0")
    }

    @Test("Over IPv6, unsigned where the peer has no key, and a refusal ends it")
    func ipv6Refused() async throws {
        let secondary = try await Secondary("::1")
        let fixture = try TransferFixture(peers: "peer a address=::1 key=none notify=[::1]:\(secondary.port)")
        try fixture.put([])
        try await run(fixture) { _ in
            try fixture.put(["www.example. 60 IN A 192.0.2.1"])
            try await secondary.serve { octets in
                let message = try Message(wire: octets)
                #expect(message.additionals.isEmpty)
                return (try message.response(rcode: .refused).encoded(), true)
            }
            try await until { value(fixture, "refused") == "1" }
        }
        #expect(value(fixture, "sent") == "1")
    }

    @Test("At the start every zone that a peer wants is told, little by little")
    func sweep() async throws {
        let secondary = try await Secondary()
        let fixture = try TransferFixture(
            peers: "peer a address=127.0.0.1 key=none zones=*.test notify=127.0.0.1:\(secondary.port)"
        )
        try fixture.put([])
        for number in 0..<50 { try fixture.putZone("z\(number).test.") }
        var told: Set<String> = []
        try await run(fixture, sweepRate: 1_000) { _ in
            try await secondary.serve { octets in
                let message = try Message(wire: octets)
                told.insert(message.questions[0].name.text)
                return (try message.response().encoded(), told.count == 50)
            }
            try await until { value(fixture, "acknowledged") == "50" }
        }
        #expect(told == Set((0..<50).map { "z\($0).test." }))
    }

    @Test("New peers are told without a restart, and old ones no more")
    func reload() async throws {
        let (first, second) = (try await Secondary(), try await Secondary())
        let line = "peer a address=127.0.0.1 key=none notify=127.0.0.1:"
        let fixture = try TransferFixture(peers: line + "\(first.port)")
        try fixture.put([])
        try await run(fixture) { service in
            try fixture.put([])
            try await first.serve { (try Message(wire: $0).response().encoded(), true) }
            try TransferFixture.write(line + "\(second.port)\n", to: fixture.folder + "/peers", mode: 0o600)
            try fixture.service.policy.reload()
            service.peersChanged()
            try fixture.put([])
            try await second.serve { (try Message(wire: $0).response().encoded(), true) }
            try await until { value(fixture, "acknowledged") == "2" }
        }
        #expect(value(fixture, "sent") == "2")
    }

    @Test(
        "Only an answer about this zone, by a NOTIFY response, counts",
        arguments: [
            (0x2400, "example.", .none), (0x8400, "example.", .none), (0xA400, "other.", .none),
            (0xA402, "example.", .none), (0xA400, "EXAMPLE.", .acknowledged),
            (0xA405, "example.", .refused(.refused)), (0xA404, "example.", .refused(.notImplemented)),
        ] as [(UInt16, String, NotifyMessage.Answer)]
    )
    func answers(bits: UInt16, zone: String, expected: NotifyMessage.Answer) throws {
        let question = Question(name: try Name(text: zone), type: .soa)
        let wire = try Message(header: MessageHeader(id: 1, bits: bits), questions: [question]).encoded()
        let answer = NotifyMessage.answer(wire, of: try Name(text: "example."), client: nil, now: 0)
        #expect(answer == expected)
        let garbage = NotifyMessage.answer(wire + [1], of: try Name(text: "example."), client: nil, now: 0)
        #expect(garbage == .none)
    }
}
