// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import NIOCore
import Runtime

/// The options that are about ALIAS records.
struct AliasOptions: Sendable {
    static let all: [DaemonOption] = [
        DaemonOption(
            "resolvers",
            .list,
            help:
                "Recursive resolvers for the targets of ALIAS records, as address or address:port; those of /etc/resolv.conf by default."
        ),
        DaemonOption("alias-concurrency", .integer(1...1_000), default: "100", help: "Targets resolved at a time."),
        DaemonOption("alias-timeout", .duration, default: "2s", help: "Time for one resolver's answer."),
        DaemonOption(
            "alias-minimum-ttl",
            .duration,
            default: "30s",
            help: "Targets are resolved, and their addresses published, for at least so long."
        ),
        DaemonOption(
            "alias-maximum-ttl",
            .duration,
            default: "1h",
            help: "Targets are resolved, and their addresses published, for at most so long."
        ),
        DaemonOption(
            "alias-empty-after",
            .duration,
            default: "5m",
            help: "How long a target has to be without addresses before the last ones are taken back."
        ),
    ]

    let servers: [SocketAddress]
    let concurrency: Int
    let timeout: Duration
    let rules: AliasRules

    /// - Parameter resolverFile: The text of `/etc/resolv.conf`.
    init(_ settings: Settings, resolverFile: @autoclosure () -> String) throws {
        let named = try settings.list("resolvers").filter { !$0.isEmpty }
        servers =
            try named.isEmpty
            ? ResolverFile.servers(resolverFile())
            : named.map { text in
                guard let server = ResolverFile.server(text) else {
                    throw settings.refuse("resolvers", "\"\(text)\" is not an address, or address:port")
                }
                return server
            }
        concurrency = try settings.integer("alias-concurrency")
        timeout = try settings.duration("alias-timeout")
        guard timeout > .zero, timeout <= .seconds(5) else {
            throw settings.refuse("alias-timeout", "must be more than 0 and at most 5s")
        }
        let least = try settings.duration("alias-minimum-ttl").components.seconds
        let most = try settings.duration("alias-maximum-ttl").components.seconds
        guard least >= 1, least <= most, most <= 86_400 else {
            throw settings.refuse(
                "alias-maximum-ttl",
                "must be at least alias-minimum-ttl, that 1s, and this at most 1d"
            )
        }
        var rules = AliasRules()
        rules.minimumTTL = Int32(least)
        rules.maximumTTL = Int32(most)
        rules.emptyAfter = try settings.duration("alias-empty-after").inSeconds
        self.rules = rules
    }
}
