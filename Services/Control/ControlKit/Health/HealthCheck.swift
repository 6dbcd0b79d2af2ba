// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain

/// What is asked of a server, and of its peers, to know whether it is healthy.
struct HealthCheck {
    let server: ServerAddress
    /// The canary.
    let question: Question
    /// The RDATA that the canary must have; nil for any.
    let expected: [UInt8]?
    /// Whether it must answer over TCP, too.
    let usesStream: Bool
    let timeout: Duration

    /// Asks the server the canary.
    func verdict() async -> HealthVerdict {
        do {
            return try await offPool { [self] in
                let exchange = HealthExchange(server: server, timeout: timeout)
                do throws(HealthExchange.Failure) {
                    let found = HealthVerdict.judging(
                        try exchange.datagram(question),
                        to: question,
                        expected: expected
                    )
                    guard found == .healthy, usesStream else { return found }
                    return HealthVerdict.judging(try exchange.stream(question), to: question, expected: expected)
                } catch .noAnswer(let reason) {
                    return .unhealthy(reason)
                } catch .cannotAsk(let reason) {
                    return .unknown(reason)
                }
            }
        } catch {
            return .unknown("\(error)")
        }
    }

    /// The serial of the canary's zone at `server`, nil when that does not tell.
    ///
    /// At a name below the apex the SOA record comes in the authority section (RFC 2308 2.2).
    func serial(at server: ServerAddress) async -> UInt32? {
        let question = Question(name: question.name, type: .soa)
        let exchange = HealthExchange(server: server, timeout: timeout)
        let answer = try? await offPool { try exchange.datagram(question) }
        guard let answer, answer.rcode == .noError, answer.header.isAuthoritative else { return nil }
        let record = (answer.answers + answer.authorities).first { $0.type == .soa }
        return record.flatMap { ZoneSerial.of(soa: $0.rdata) }
    }

    /// The serials at all of `servers`, asked at the same time.
    func serials(at servers: [ServerAddress]) async -> [UInt32?] {
        await withTaskGroup(of: (Int, UInt32?).self) { group in
            for (place, server) in servers.enumerated() {
                group.addTask { (place, await serial(at: server)) }
            }
            var serials = [UInt32?](repeating: nil, count: servers.count)
            for await (place, serial) in group { serials[place] = serial }
            return serials
        }
    }
}
