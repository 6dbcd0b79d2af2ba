// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@testable import ResponderEngine

/// EDNS options in queries and responses.
@Suite struct EDNSOptionTests {
    private let client = ClientAddress(ipv4: 0xC000_0201)
    private let clientCookie: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

    private func withCookies(required: Bool = false) throws -> (bench: EDNSBench, secrets: CookieSecrets) {
        var generator = SystemRandomNumberGenerator()
        let secrets = CookieSecrets([.random(using: &generator)])
        let bench = try EDNSBench {
            $0.cookies = secrets
            $0.requiresCookies = required
            $0.serverIdentifier = Array("ns1.lon".utf8)
        }
        return (bench, secrets)
    }

    private func cookie(_ data: [UInt8]) -> EDNSOption { EDNSOption(code: .cookie, data: data) }

    private func codes(_ message: Message) -> [UInt16] { message.edns?.options.map(\.code.rawValue) ?? [] }

    @Test("NSID is told when it is asked for and configured, whatever the query's option holds")
    func identifier() throws {
        let (bench, _) = try withCookies()
        for data in [[], [1, 2, 3]] as [[UInt8]] {
            let response = try bench.ask(options: [EDNSOption(code: .nameServerIdentifier, data: data)])
            #expect(response.edns?.options == [EDNSOption(code: .nameServerIdentifier, data: Array("ns1.lon".utf8))])
            #expect(response.answers.count == 1)
        }
        #expect(codes(try bench.ask()).isEmpty)
        let silent = try EDNSBench()
        #expect(codes(try silent.ask(options: [EDNSOption(code: .nameServerIdentifier, data: [])])).isEmpty)
        let long = try EDNSBench { $0.serverIdentifier = Array(repeating: 7, count: 500) }
        let answer = try long.ask(options: [EDNSOption(code: .nameServerIdentifier, data: [])])
        #expect(answer.edns?.option(.nameServerIdentifier)?.count == 128)
    }

    @Test("a client learns a server cookie, shows it, and keeps it; nobody else can use it")
    func cookies() throws {
        let (bench, _) = try withCookies()
        for transport in [.udp4, .tcp4, .tls4] as [Transport] {
            let first = try bench.ask(options: [cookie(clientCookie)], transport: transport, client: client)
            let learned = try #require(first.edns?.option(.cookie))
            #expect(learned.count == 24 && Array(learned[..<8]) == clientCookie)
            #expect(first.rcode == .noError && first.answers.count == 1)
            let second = try bench.ask(options: [cookie(learned)], transport: transport, client: client)
            #expect(second.edns?.option(.cookie) == learned)
        }
        #expect(bench.counters[.clientCookies] == 3 && bench.counters[.goodCookies] == 3)
        let learned = try bench.ask(options: [cookie(clientCookie)], client: client).edns?.option(.cookie) ?? []
        let stolen = try bench.ask(options: [cookie(learned)], client: ClientAddress(ipv4: 0xC000_0202))
        #expect(bench.counters[.badCookies] == 1)
        #expect(stolen.rcode == .noError && stolen.answers.count == 1)
        #expect(stolen.edns?.option(.cookie) != learned)
        #expect(stolen.edns?.option(.cookie)?.prefix(8) == clientCookie[...])
    }

    @Test("a server cookie outlives its secret until that is taken away")
    func rolling() throws {
        let (bench, secrets) = try withCookies()
        var generator = SystemRandomNumberGenerator()
        let old = CookieSecret.random(using: &generator)
        let new = CookieSecret.random(using: &generator)
        secrets.replace(with: [old])
        let learned = try #require(try bench.ask(options: [cookie(clientCookie)], client: client).edns?.option(.cookie))
        secrets.replace(with: [new, old])
        let renewed = try bench.ask(options: [cookie(learned)], client: client).edns?.option(.cookie)
        #expect(bench.counters[.goodCookies] == 1)
        #expect(renewed != nil && renewed != learned)
        secrets.replace(with: [new])
        _ = try bench.ask(options: [cookie(learned)], client: client)
        #expect(bench.counters[.badCookies] == 1)
        _ = try bench.ask(options: [cookie(renewed ?? [])], client: client)
        #expect(bench.counters[.goodCookies] == 2)
    }

    @Test("a cookie that cannot be one is FORMERR with the question and OPT", arguments: [0, 1, 7, 9, 15, 41, 100])
    func cookieLengths(length: Int) throws {
        let (bench, _) = try withCookies()
        let response = try bench.ask(options: [cookie(Array(repeating: 1, count: length))], client: client)
        #expect(response.rcode == .formatError)
        #expect(response.questions.count == 1 && response.answers.isEmpty)
        #expect(response.edns?.options == [])
    }

    @Test("a server cookie of another kind is taken for none", arguments: [16, 23, 24, 25, 40])
    func foreignCookies(length: Int) throws {
        let (bench, _) = try withCookies()
        let response = try bench.ask(options: [cookie(Array(repeating: 1, count: length))], client: client)
        #expect(response.rcode == .noError && response.answers.count == 1)
        #expect(response.edns?.option(.cookie)?.count == 24)
        #expect(bench.counters[.badCookies] == 1)
    }

    @Test("of two cookies the first counts")
    func twoCookies() throws {
        let (bench, _) = try withCookies()
        let response = try bench.ask(options: [cookie(clientCookie), cookie([9])], client: client)
        #expect(response.rcode == .noError)
        #expect(response.edns?.options.map { Array($0.data.prefix(8)) } == [clientCookie])
    }

    @Test("where cookies are required a client without a good one gets BADCOOKIE over UDP, and only there")
    func requiredCookies() throws {
        let (bench, _) = try withCookies(required: true)
        for data in [clientCookie, clientCookie + Array(repeating: 0, count: 16)] {
            let refused = try bench.ask(options: [cookie(data)], client: client)
            #expect(refused.rcode.rawValue == 23)
            #expect(refused.answers.isEmpty && refused.authorities.isEmpty && refused.questions.count == 1)
            let learned = try #require(refused.edns?.option(.cookie))
            let answered = try bench.ask(options: [cookie(learned)], client: client)
            #expect(answered.rcode == .noError && answered.answers.count == 1)
        }
        #expect(bench.counters[.code(23)] == 2)
        #expect(try bench.ask(options: [cookie(clientCookie)], transport: .tcp4, client: client).answers.count == 1)
        // Who does not know cookies cannot be asked for one.
        #expect(try bench.ask(client: client).answers.count == 1)
    }

    @Test("without secrets cookies are ignored")
    func noSecrets() throws {
        let bench = try EDNSBench()
        let response = try bench.ask(options: [cookie(clientCookie)], client: client)
        #expect(response.rcode == .noError && codes(response).isEmpty)
    }

    @Test("a message without a question gets a cookie if that is all it asks for (RFC 7873 5.4)")
    func cookieQuery() throws {
        let (bench, _) = try withCookies()
        func query(_ option: [UInt8], counts: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 1], adding: [UInt8] = []) -> [UInt8] {
            [0xAB, 0xCD, 0, 0] + counts + [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, UInt8(option.count)] + option + adding
        }
        let option = [0, 10, 0, 8] + clientCookie
        let response = bench.exchange(query(option), client: client)
        #expect(response[..<12] == [0xAB, 0xCD, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        #expect(response.count == 12 + 11 + 28)
        #expect(Array(response[12..<35]) == [0, 0, 41, 4, 0xD0, 0, 0, 0, 0, 0, 28, 0, 10, 0, 24] + clientCookie)
        // Without a cookie, or with a record besides, it is malformed.
        #expect(bench.exchange(query([0, 3, 0, 0]), client: client)[3] == 1)
        let record: [UInt8] = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        #expect(
            bench.exchange(query(option, counts: [0, 0, 0, 0, 0, 0, 0, 2], adding: record), client: client)[3] == 1
        )
        #expect(try EDNSBench().exchange(query(option), client: client)[3] == 1)
    }

    @Test("a stream's idle time is told to those that ask, and never over UDP (RFC 7828 3.2.1)")
    func keepalive() throws {
        let bench = try EDNSBench { $0.keepalive = 100 }
        let option = EDNSOption(code: .tcpKeepalive, data: [])
        for transport in [.tcp4, .tcp6, .tls4, .tls6] as [Transport] {
            let response = try bench.ask(options: [option], transport: transport)
            #expect(response.edns?.options == [EDNSOption(code: .tcpKeepalive, data: [0, 100])])
            #expect(codes(try bench.ask(transport: transport)).isEmpty)
        }
        let timed = EDNSOption(code: .tcpKeepalive, data: [0, 9])
        #expect(try bench.ask(options: [timed], transport: .tcp4).edns?.option(.tcpKeepalive) == [0, 100])
        #expect(codes(try bench.ask(options: [option], transport: .udp4)).isEmpty)
        #expect(codes(try EDNSBench().ask(options: [option], transport: .tcp4)).isEmpty)
    }

    @Test("a padded query over TLS gets a response of a multiple of 468 octets, and only over TLS (RFC 8467 4.1)")
    func padding() throws {
        let (bench, _) = try withCookies()
        let option = EDNSOption(code: .padding, data: [0, 0, 0])
        func sent(_ name: String, _ type: RRType, _ options: [EDNSOption], _ transport: Transport) throws -> [UInt8] {
            let question = Question(name: try Name(text: name), type: type)
            let query = Message(header: MessageHeader(id: 1), questions: [question], edns: EDNS(options: options))
            return bench.exchange(try query.encoded(), transport: transport, client: client)
        }
        for (name, blocks) in [("web.example.com.", 1), ("many.example.com.", 2), ("nope.example.com.", 1)] {
            for options in [[option], [option, cookie(clientCookie)]] {
                let response = try sent(name, .txt, options, .tls4)
                #expect(response.count == 468 * blocks)
                let message = try Message(wire: response)
                #expect(message.edns?.options.last?.code == .padding)
                #expect(message.edns?.option(.padding)?.allSatisfy { $0 == 0 } == true)
            }
        }
        #expect(codes(try Message(wire: sent("web.example.com.", .a, [option], .tcp4))).isEmpty)
        #expect(codes(try Message(wire: sent("web.example.com.", .a, [option], .udp4))).isEmpty)
        #expect(try sent("web.example.com.", .a, [], .tls4).count < 100)
        // A response that fills a block but for three octets is not padded beyond what fits.
        #expect(bench.exchange(try paddedQuery(), transport: .tls4, client: client, room: 400).count == 400)
    }

    private func paddedQuery() throws -> [UInt8] {
        let question = Question(name: try Name(text: "web.example.com."), type: .a)
        let edns = EDNS(options: [EDNSOption(code: .padding, data: [])])
        return try Message(header: MessageHeader(id: 1), questions: [question], edns: edns).encoded()
    }

    @Test("unknown options and a client's subnet are ignored and not sent back")
    func unknown() throws {
        let (bench, _) = try withCookies()
        let options = [
            EDNSOption(code: .clientSubnet, data: [0, 1, 24, 0, 192, 0, 2]),
            EDNSOption(code: EDNSOption.Code(rawValue: 65_001), data: [1, 2]),
            EDNSOption(code: EDNSOption.Code(rawValue: 0), data: []),
            EDNSOption(code: .extendedError, data: [0, 1]),
        ]
        let response = try bench.ask(options: options)
        #expect(response.rcode == .noError && response.answers.count == 1 && codes(response).isEmpty)
    }

    @Test("what went wrong is told as an extended error to those that speak EDNS")
    func extendedErrors() throws {
        let bench = try EDNSBench()
        let expected: [(String, RRType, RCode, UInt8)] = [
            ("not.hosted.test.", .a, .refused, 20), ("example.com.", RRType(rawValue: 128), .formatError, 30),
            ("example.com.", RRType(rawValue: 253), .notImplemented, 21),
            ("example.com.", RRType(rawValue: 252), .refused, 18),
        ]
        for (name, type, code, number) in expected {
            let response = try bench.ask(name, type)
            #expect(response.rcode == code)
            #expect(response.edns?.options == [EDNSOption(code: .extendedError, data: [0, number])], "\(name) \(type)")
            // Asked again, it may come from a cache.
            #expect(try bench.ask(name, type) == response)
        }
        #expect(codes(try bench.ask()).isEmpty)
        #expect(codes(try bench.ask("nope.example.com.")).isEmpty)
    }

    @Test("all options together share one OPT record, which is the last record")
    func together() throws {
        let (bench, _) = try withCookies()
        let options = [
            EDNSOption(code: .padding, data: []), cookie(clientCookie),
            EDNSOption(code: .nameServerIdentifier, data: []),
        ]
        let response = try bench.ask("not.hosted.test.", options: options, transport: .tls6, client: client)
        #expect(codes(response) == [3, 10, 15, 12])
        #expect(response.additionals.isEmpty && response.edns?.payloadSize == 1232)
    }

    @Test("room for options is kept before records are written, and TC set when these no longer fit")
    func room() throws {
        let (bench, _) = try withCookies()
        try bench.fixture.put(
            "room.test.",
            "@ SOA a b 1 1 1 1 1\n" + (1...90).map { "n\($0) TXT \(padded($0))" }.joined(separator: "\n")
        )
        var lastPlain = 0
        var lastWithOptions = 0
        for size in 1...90 {
            for options in [[], [cookie(clientCookie), EDNSOption(code: .nameServerIdentifier, data: [])]] {
                let question = Question(name: try Name(text: "n\(size).room.test."), type: .txt)
                let edns = EDNS(payloadSize: 512, options: options)
                let query = try Message(header: MessageHeader(id: 1), questions: [question], edns: edns).encoded()
                let response = bench.exchange(query, client: client)
                #expect(response.count <= 512)
                let message = try Message(wire: response)
                #expect(message.edns?.options.count == options.count)
                if message.header.isTruncated {
                    #expect(message.answers.isEmpty)
                } else if options.isEmpty {
                    lastPlain = size
                } else {
                    lastWithOptions = size
                }
            }
        }
        // 28 octets of cookie and 11 of NSID, a character a step.
        #expect(lastPlain - lastWithOptions == 39)
    }

    /// Two strings that make a response of 436 + `size` octets, from 10 on.
    private func padded(_ size: Int) -> String {
        "\(String(repeating: "x", count: 250)) \(String(repeating: "y", count: 130 + size))"
    }

    @Test("answers from the cache go with each client's own options")
    func cached() throws {
        let (bench, _) = try withCookies()
        // An answer is kept when it is asked for again.
        for _ in 0..<4 { _ = try bench.ask(options: [cookie(clientCookie)], client: client) }
        let hits = bench.counters[.cacheHits]
        #expect(hits > 0)
        let other: [UInt8] = [9, 9, 9, 9, 9, 9, 9, 9]
        let response = try bench.ask(options: [cookie(other)], client: ClientAddress(ipv4: 7))
        #expect(bench.counters[.cacheHits] == hits + 1)
        #expect(response.edns?.option(.cookie)?.prefix(8) == other[...])
        #expect(response.edns?.options.count == 1 && response.answers.count == 1)
        let plain = try bench.ask()
        #expect(codes(plain).isEmpty && plain.answers == response.answers)
    }

    @Test("EDNS, DO, types, codes and sizes are counted")
    func counters() throws {
        let bench = try EDNSBench()
        _ = try bench.ask()
        _ = try bench.ask(dnssecOK: true)
        _ = try bench.ask("nope.example.com.", .aaaa)
        _ = try bench.ask("web.example.com.", RRType(rawValue: 65_280))
        let counters = bench.counters
        #expect(counters[.edns] == 4 && counters[.dnssecOK] == 1)
        #expect(counters[.type(1)] == 2 && counters[.type(28)] == 1 && counters[.type(65_280)] == 1)
        #expect(counters[.code(0)] == 3 && counters[.code(3)] == 1)
        #expect((0...16).reduce(0) { $0 + counters[.size($1)] } == 4)
        #expect(counters[.size(6)] >= 2)
    }
}
