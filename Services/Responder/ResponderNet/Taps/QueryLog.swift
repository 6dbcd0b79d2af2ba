// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Logging
import ResponderEngine
import ServiceLifecycle
import Synchronization

/// Writes a line for each query to the daemon's log, up to a rate.
final class QueryLog: TapConsumer, Service {
    /// Which queries are logged.
    enum Selection: String, Sendable {
        /// None.
        case off
        /// Those answered with something else than NOERROR and NXDOMAIN, or not at all.
        case errors
        /// All.
        case all
    }

    private struct State {
        var second: Int64 = 0
        var lines = 0
        var omitted = 0
    }

    private let selection: Selection
    private let rate: Int
    private let pump: TapPump
    private let logger: Logger
    private let state = Mutex(State())

    /// A log of the queries of `selection`, of at most `rate` lines a second.
    init(_ selection: Selection, rate: Int, pump: TapPump, logger: Logger) {
        self.selection = selection
        self.rate = rate
        self.pump = pump
        self.logger = logger
    }

    /// Logs until shutdown.
    func run() async throws {
        let ticket = pump.add(self)
        try? await gracefulShutdown()
        pump.remove(ticket)
    }

    func take(_ tapped: TappedQuery) {
        // SAFETY: at most four octets are read, and only of those there are.
        let head = unsafe Array(tapped.response.prefix(4))
        let code = head.count == 4 ? RCode(rawValue: UInt16(head[3] & 15)) : nil
        if selection == .errors, code == .noError || code == .nameError { return }
        let (isWithin, omitted) = state.withLock { state in
            var omitted = 0
            if state.second != tapped.entry.seconds {
                state.second = tapped.entry.seconds
                state.lines = 0
                omitted = state.omitted
                state.omitted = 0
            }
            state.lines += 1
            if state.lines > rate { state.omitted += 1 }
            return (state.lines <= rate, omitted)
        }
        if omitted > 0 { logger.info("queries not logged", metadata: ["count": "\(omitted)"]) }
        guard isWithin else { return }
        var metadata: Logger.Metadata = [
            "client": "\(tapped.entry.client.text)", "port": "\(tapped.entry.port)",
            "transport": "\(tapped.entry.transport.labels.transport)",
            "rcode": "\(code.map(\.description) ?? "none")",
            "octets": "\(unsafe tapped.response.count)",
        ]
        if let question = TappedQuestion(tapped) {
            metadata["name"] = "\(question.name.text)"
            metadata["type"] = "\(question.type)"
            if question.rrclass != .internet { metadata["class"] = "\(question.rrclass)" }
        }
        if head.count == 4, head[2] & 2 != 0 { metadata["truncated"] = "true" }
        logger.info("query", metadata: metadata)
    }

    func flush() {}
}
