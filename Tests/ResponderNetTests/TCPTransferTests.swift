// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Dispatch
import Glibc
import NIOCore
import ResponderEngine
import ResponderNet
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TCPTransferTests {
    /// Answers queries of type 252 with `messages` messages; what is called how often is counted.
    private final class Transfers: StreamTransfers {
        struct Counts: Sendable {
            var open = 0
            var mostOpen = 0
            var begun = 0
            var ended = 0
            var messages = 0
        }

        let counts = Mutex(Counts())
        let messages: Int
        let octets: Int
        /// Waited for before the second message of each transfer.
        let gate: DispatchSemaphore?

        init(messages: Int, octets: Int = 60_000, gate: DispatchSemaphore? = nil) {
            self.messages = messages
            self.octets = octets
            self.gate = gate
        }

        var now: Counts { counts.withLock { $0 } }

        func wants(_ message: UnsafeRawBufferPointer) -> Bool {
            unsafe message.count > 16 && message[message.count - 3] == 252
        }

        func open(_ message: [UInt8], client: ClientAddress, transport: Transport) -> any TransferReply {
            #expect(client == ClientAddress(ipv4: 0x7F00_0001))
            #expect(transport == .tcp4)
            counts.withLock { counts in
                counts.begun += 1
                counts.open += 1
                counts.mostOpen = max(counts.mostOpen, counts.open)
            }
            return Reply(self, Array(message.prefix(2)))
        }
    }

    private final class Reply: TransferReply {
        private let transfers: Transfers
        private let id: [UInt8]
        private let made = Mutex(0)
        private let isOpen = Atomic(true)

        init(_ transfers: Transfers, _ id: [UInt8]) {
            self.transfers = transfers
            self.id = id
        }

        deinit { end() }

        private func end() {
            guard isOpen.exchange(false, ordering: .relaxed) else { return }
            transfers.counts.withLock {
                $0.open -= 1
                $0.ended += 1
            }
        }

        func next() -> [UInt8]? {
            let number = made.withLock { made in
                made += 1
                return made
            }
            if number == 2 { transfers.gate?.wait() }
            guard number <= transfers.messages else {
                end()
                return nil
            }
            transfers.counts.withLock { $0.messages += 1 }
            return id + Array(repeating: UInt8(clamping: number), count: transfers.octets - 2)
        }
    }

    private func query(_ label: String, id: UInt16) throws -> ByteBuffer {
        ByteBuffer(bytes: try TCPBench.query(label, type: label == "transfer" ? 252 : 1, id: id))
    }

    /// The id and the length of each complete message of a stream, the length prefixes taken off.
    private struct Reader {
        var octets = ByteBuffer()
        var stream: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator

        mutating func next() async throws -> (id: Int, length: Int)? {
            while true {
                if let length = octets.getInteger(at: octets.readerIndex, as: UInt16.self),
                    octets.readableBytes >= 2 + Int(length),
                    let id = octets.getInteger(at: octets.readerIndex + 2, as: UInt16.self)
                {
                    octets.moveReaderIndex(forwardBy: 2 + Int(length))
                    octets.discardReadBytes()
                    return (Int(id), Int(length))
                }
                guard let more = try await stream.next(isolation: #isolation) else { return nil }
                octets.writeImmutableBuffer(more)
            }
        }
    }

    @Test("A transfer comes whole and in order, and ordinary queries are answered meanwhile")
    func interleaved() async throws {
        let gate = DispatchSemaphore(value: 0)
        let transfers = Transfers(messages: 50, gate: gate)
        let bench = try await TCPBench(transfers: TransferRunner(transfers))
        try await bench.serve {
            try await bench.connect().executeThenClose { inbound, outbound in
                var reader = Reader(stream: inbound.makeAsyncIterator())
                try await outbound.write(try query("transfer", id: 7))
                let first = try await reader.next()
                #expect(first?.id == 7)
                // The transfer waits for the gate, this answer does not.
                try await outbound.write(try query("a1", id: 8))
                let ordinary = try await reader.next()
                #expect(ordinary?.id == 8)
                gate.signal()
                outbound.finish()
                var rest = 0
                while let message = try await reader.next() {
                    #expect(message.id == 7 && message.length == 60_000)
                    rest += 1
                }
                #expect(rest == 49)
            }
            #expect(bench.server.connections.snapshot.transfers == 1)
        }
    }

    @Test("Messages are made only as the client takes them")
    func backPressure() async throws {
        let transfers = Transfers(messages: 10_000)
        let bench = try await TCPBench(transfers: TransferRunner(transfers))
        try await bench.serve {
            let channel = try await bench.connect()
            try await channel.channel.setOption(.autoRead, value: false).get()
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(try query("transfer", id: 7))
                // The sockets' buffers fill, and then nothing more is made.
                var before = -1
                while before != transfers.now.messages || before < 1 {
                    before = transfers.now.messages
                    try await Task.sleep(for: .milliseconds(300))
                }
                #expect(before < 1_000, "the whole would be 600 megabytes")
                try await channel.channel.setOption(.autoRead, value: true).get()
                var reader = Reader(stream: inbound.makeAsyncIterator())
                for _ in 0..<(before + 20) { _ = try await reader.next() }
                #expect(transfers.now.messages >= before + 20)
            }
            // The client went away in the middle.
            try await until { transfers.now.ended == 1 }
            #expect(transfers.now.messages < 10_000)
        }
    }

    @Test("So many transfers at once for a connection, and for all; the others wait their turn")
    func bounds() async throws {
        let gate = DispatchSemaphore(value: 0)
        let transfers = Transfers(messages: 3, octets: 1_000, gate: gate)
        let runner = TransferRunner(transfers, maximum: 3, threads: 4)
        var limits = TCPLimits()
        limits.transfersPerConnection = 2
        let bench = try await TCPBench(limits: limits, transfers: runner)
        try await bench.serve {
            try await bench.connect().executeThenClose { inbound, outbound in
                for id in 0..<5 as Range<UInt16> { try await outbound.write(try query("transfer", id: id)) }
                try await until { transfers.now.messages == 2 }
                try await bench.connect().executeThenClose { others, othersOutbound in
                    for id in 0..<5 as Range<UInt16> { try await othersOutbound.write(try query("transfer", id: id)) }
                    try await until { transfers.now.messages == 3 }
                    #expect(transfers.now.open == 3)
                    for _ in 0..<10 { gate.signal() }
                    for stream in [inbound, others] {
                        var reader = Reader(stream: stream.makeAsyncIterator())
                        var seen: [Int: Int] = [:]
                        for _ in 0..<15 { seen[try await reader.next()?.id ?? -1, default: 0] += 1 }
                        #expect(seen == [0: 3, 1: 3, 2: 3, 3: 3, 4: 3])
                    }
                }
            }
            try await until { transfers.now.ended == 10 }
            #expect(transfers.now.mostOpen == 3)
            // The last turn is given back a moment after its transfer has ended.
            try await until { runner.running == 0 }
        }
    }

    @Test("A connection that ends while its transfer waits, or works, gives its turn back", arguments: [1, 2])
    func abandoned(transfersOfOne: Int) async throws {
        let gate = DispatchSemaphore(value: 0)
        let transfers = Transfers(messages: 3, octets: 1_000, gate: gate)
        let runner = TransferRunner(transfers, maximum: 1, threads: 1)
        let bench = try await TCPBench(transfers: runner)
        try await bench.serve {
            let channel = try await bench.connect()
            try await channel.executeThenClose { _, outbound in
                for id in 0..<UInt16(transfersOfOne) { try await outbound.write(try query("transfer", id: id)) }
                try await until { transfers.now.messages == 1 }
                // Closes with a reset: after an orderly end the client might still want its answer.
                let socket = try #require(channel.channel as? any SocketOptionProvider)
                try await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
            }
            try await until { bench.server.connections.snapshot.open == 0 }
            gate.signal()
            try await until { runner.running == 0 }
            #expect(transfers.now.begun == 1)
            gate.signal()
            let answers = try await bench.exchange([try TCPBench.query("transfer", type: 252)])
            #expect(answers.count == 3)
        }
    }

    /// Waits until a condition holds; the limit only keeps a broken test from hanging.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<30_000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
        #expect(condition())
    }
}
