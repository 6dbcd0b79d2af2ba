// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ResponderEngine
import Runtime

/// What can be told about looking at queries: dnstap and the query log.
struct OperatorOptions: Sendable {
    /// The options.
    static let all: [DaemonOption] = [
        DaemonOption(
            "dnstap",
            help: "Send queries and responses as dnstap to unix:PATH, a collector's socket, or file:PATH."
        ),
        DaemonOption(
            "dnstap-messages",
            .choice(["all", "queries", "responses"]),
            default: "all",
            help: "Which messages go to dnstap."
        ),
        DaemonOption(
            "query-log",
            .choice(["off", "errors", "all"]),
            default: "off",
            help: "Log queries: all, or those not answered NOERROR or NXDOMAIN."
        ),
        DaemonOption(
            "query-log-rate",
            .integer(1...100_000),
            default: "100",
            help: "Queries logged a second at most; how many were left out is logged."
        ),
    ]

    /// Where dnstap goes; nil for nowhere.
    let dnstap: DnstapTarget?
    /// The messages that go there.
    let dnstapKinds: [DnstapKind]
    /// The queries that are logged.
    let queryLog: QueryLog.Selection
    /// Lines a second.
    let queryLogRate: Int

    /// Reads the settings; an error names the option (exit status 64).
    init(_ settings: Settings) throws(SettingsError) {
        if let text = try settings.optionalString("dnstap") {
            guard let target = DnstapTarget(text: text) else {
                throw settings.refuse("dnstap", "is neither unix: nor file: with an absolute path")
            }
            dnstap = target
        } else {
            dnstap = nil
        }
        switch try settings.string("dnstap-messages") {
        case "queries": dnstapKinds = [.authQuery]
        case "responses": dnstapKinds = [.authResponse]
        default: dnstapKinds = [.authQuery, .authResponse]
        }
        queryLog = QueryLog.Selection(rawValue: try settings.string("query-log")) ?? .off
        queryLogRate = try settings.integer("query-log-rate")
    }
}
