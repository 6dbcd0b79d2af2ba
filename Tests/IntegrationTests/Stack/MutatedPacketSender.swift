// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport
import ZoneTransfer

extension MutatedPacketTests {
    /// Sends bursts of mutated packets, each followed by a query that must be answered, and looks at every response.
    struct Sender {
        /// How many mutated packets were sent.
        private(set) var sent = 0
        /// How many of them were answered.
        private(set) var answers = 0
        /// How many probes were answered.
        private(set) var probes = 0
        /// How many probes over UDP had no answer in time and were sent again.
        private(set) var lost = 0
        /// What was wrong, the first few.
        private(set) var faults: [String] = []
        private let port: Int
        private let sockets: [BoundDatagram]
        private var mutator: PacketMutator

        /// - Parameter key: the key that the responder at `port` knows.
        init(port: Int, key: TSIGKey) throws {
            self.port = port
            // From some addresses and ports, so that all threads have work.
            sockets = try (0..<8).map { try BoundDatagram(source: 0x7F00_0001 + $0 / 4, port: port) }
            mutator = PacketMutator(seeds: try PacketSeeds(key: key).all(), seed: 3)
        }

        /// A burst over UDP. Packets that have room for one get an id of their own, so that each response finds its query.
        mutating func datagrams(_ count: Int) throws {
            let socket = sockets[mutator.below(sockets.count)]
            var queries: [UInt16: [UInt8]] = [:]
            for number in 0..<count {
                let packet = numbered(mutator.next(), UInt16(number))
                if packet.count >= 2 { queries[UInt16(number)] = packet }
                socket.send(packet)
                sent += 1
            }
            let (number, probe) = try makeProbe()
            for attempt in 0..<5 {
                if attempt > 0 { lost += 1 }
                socket.send(probe)
                while let response = socket.receive(within: 4_000) {
                    if response.starts(with: probe[..<2]) {
                        try check(response, number)
                        return
                    }
                    check(response, &queries, limit: 1_232)
                }
            }
            throw SupportError("a probe over UDP has no answer")
        }

        /// A burst over one TCP connection, which ends in one of many ways.
        mutating func stream(_ count: Int) throws {
            let connection = try BoundStream(port: port)
            var queries: [UInt16: [UInt8]] = [:]
            var octets: [UInt8] = []
            for number in 0..<count {
                let packet = numbered(mutator.next(), UInt16(number))
                if packet.count >= 2 { queries[UInt16(number)] = packet }
                octets += framed(packet)
                sent += 1
            }
            let (number, probe) = try makeProbe()
            octets += framed(probe)
            // In pieces that do not end where messages end. The server may have closed on what is no message at all.
            var rest = octets[...]
            var isOpen = true
            while isOpen, !rest.isEmpty {
                let piece = rest.prefix(1 + mutator.below(4_000))
                isOpen = connection.send(Array(piece))
                rest = rest.dropFirst(piece.count)
            }
            while let response = try connection.message() {
                if response.starts(with: probe[..<2]) {
                    try check(response, number)
                    break
                }
                check(response, &queries, limit: 65_535)
            }
            try end(connection)
            try probeStream()
        }

        /// Ends a connection with a lie about a length, a part of a message, or a reset.
        private mutating func end(_ connection: BoundStream) throws {
            switch mutator.below(6) {
            case 0: _ = connection.send([0xFF, 0xFF] + mutator.next())
            case 1: _ = connection.send([0])
            case 2: _ = connection.send([0, 0])
            case 3: _ = connection.send([0, 1, 7, 0, 11] + [UInt8](repeating: 0, count: 11))
            case 4: return connection.willReset()
            default: break
            }
            connection.endSending()
            while try connection.message() != nil {}
        }

        /// A connection of its own is answered.
        private mutating func probeStream() throws {
            let (number, probe) = try makeProbe()
            let connection = try BoundStream(port: port)
            guard connection.send(framed(probe)), let response = try connection.message() else {
                throw SupportError("a probe over TCP has no answer")
            }
            try check(response, number)
        }

        private func framed(_ packet: [UInt8]) -> [UInt8] {
            [UInt8(packet.count >> 8 & 255), UInt8(packet.count & 255)] + packet
        }

        private func numbered(_ packet: [UInt8], _ id: UInt16) -> [UInt8] {
            packet.count < 2 ? packet : [UInt8(id >> 8), UInt8(id & 255)] + packet[2...]
        }

        /// A query that no mutated packet has the id of, and the number that its answer has.
        private mutating func makeProbe() throws -> (number: Int, query: [UInt8]) {
            let number = mutator.below(100)
            let name = try Name(text: "p\(number).\(PacketSeeds.zone).")
            return (number, DNSClient.question(name, .a, id: 0x8000 | UInt16(mutator.below(32_768))))
        }

        private mutating func check(_ response: [UInt8], _ number: Int) throws {
            let message = try Message(wire: response)
            let isRight =
                message.rcode == .noError && message.header.isAuthoritative && message.answers.count == 1
                && message.answers.first?.rdata == [192, 0, 2, UInt8(number)]
            if !isRight { note("a probe has the answer \(message)") }
            probes += 1
        }

        /// A response must be one: to a query that was sent, once, of its question, readable and not too long.
        private mutating func check(_ response: [UInt8], _ queries: inout [UInt16: [UInt8]], limit: Int) {
            guard response.count >= 12, let message = try? Message(wire: response) else {
                return note("unreadable: \(response)")
            }
            let id = message.header.id
            guard let query = queries[id] else { return note("to nothing that was asked: \(message)") }
            answers += 1
            // A transfer has more than one message.
            if message.answers.first?.type != .soa || limit < 65_535 { queries[id] = nil }
            if query.count < 12 || query[2] & 0x80 > 0 { note("to no query: \(query): \(message)") }
            if !message.header.isResponse || (query[2] ^ response[2]) & 0x78 > 0 { note("no response: \(response)") }
            if response.count > limit { note("\(response.count) octets: \(message)") }
            if let question = message.questions.first, !query[12...].starts(with: question.name.wire) {
                note("another question: \(query): \(message)")
            }
        }

        private mutating func note(_ fault: String) {
            if faults.count < 10 { faults.append(fault) }
        }
    }
}
