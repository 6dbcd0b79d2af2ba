// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import Runtime

/// The options of zonewright-web.
package enum WebOptions {
    /// Every option besides the common ones.
    package static let all: [DaemonOption] = [
        .listen("127.0.0.1:8050", help: "Address of the API, plain HTTP. Put a TLS proxy before it."),
        .opsListen("127.0.0.1:8051"),
        .databaseURL,
        DaemonOption(
            "database-connections",
            .integer(1...500),
            default: "8",
            help: "Most connections to PostgreSQL."
        ),
        DaemonOption(
            "name-servers",
            .list,
            default: ZonePolicy.example.nameServers.joined(separator: ","),
            help: "Host names for the NS records of new zones; the first one is the SOA's primary."
        ),
        DaemonOption(
            "soa-mailbox",
            default: ZonePolicy.example.mailbox,
            help: "Responsible mailbox in the SOA of new zones, as a domain name."
        ),
        DaemonOption(
            "name-server-addresses",
            .list,
            help: "Addresses of the name servers as host=address, for customers' vanity name servers."
        ),
        DaemonOption(
            "mail-exchangers",
            .list,
            help: "Host names of the mail servers that forward customers' mail, the preferred first."
        ),
        DaemonOption(
            "regions",
            .list,
            help: "Regions that records may be limited to, beside global, SV1, ORD, IAD, AMS, TKO, SYD, CDG and FRA."
        ),
        DaemonOption(
            "rate-limit",
            .integer(1...1_000_000_000),
            default: "12000",
            help: "Requests an hour of one account."
        ),
        DaemonOption(
            "unauthenticated-rate-limit",
            .integer(1...1_000_000_000),
            default: "30",
            help: "Requests an hour of one address that carry no valid token."
        ),
        DaemonOption(
            "trusted-proxies",
            .list,
            help: "Addresses of reverse proxies whose X-Forwarded-For is believed."
        ),
        DaemonOption(
            "sealing-key",
            help: "64 hexadecimal digits that seal the secrets of one-time codes; without it nobody can use them.",
            isSecret: true
        ),
        DaemonOption(
            "job-keys",
            help: """
                Keys that open the private keys of certificates, as the workers have them: identifier:key, a key being 64 \
                hexadecimal digits; several separated by commas. Without it private keys cannot be read.
                """,
            isSecret: true
        ),
        DaemonOption("idle-timeout", .duration, default: "60s", help: "A connection silent for so long is closed."),
        DaemonOption(
            "redirector-listen",
            .addressList,
            help: "Address where URL records are answered by redirections, plain HTTP; without it they are not."
        ),
        DaemonOption(
            "maximum-connections",
            .integer(1...1_000_000),
            default: "10000",
            help: "Client connections at once."
        ),
    ]
}

extension WebConfiguration {
    /// The configuration that `settings` hold.
    package init(settings: Settings) throws(SettingsError) {
        let nameServers = try settings.list("name-servers")
        guard !nameServers.isEmpty else {
            throw settings.refuse("name-servers", "must name at least one host")
        }
        guard let proxies = TrustedProxies(try settings.list("trusted-proxies")) else {
            throw settings.refuse("trusted-proxies", "must be IP addresses, separated by commas")
        }
        guard let hostAddresses = HostAddresses.parse(try settings.list("name-server-addresses")) else {
            throw settings.refuse("name-server-addresses", "must be host=address, one of each family for a host")
        }
        guard let mailExchangers = try? NameServerList.validated(try settings.list("mail-exchangers")) else {
            throw settings.refuse("mail-exchangers", "must be host names, separated by commas")
        }
        var policy = ZonePolicy(nameServers: nameServers, mailbox: try settings.string("soa-mailbox"))
        policy.hostAddresses = hostAddresses
        policy.mailExchangers = mailExchangers
        policy.regions = Set(try settings.list("regions"))
        guard policy.regions.allSatisfy(RecordRegion.isName) else {
            throw settings.refuse("regions", "a name is 1 to 63 letters, digits, '-', '_' or '.'")
        }
        self.init(
            listen: try settings.address("listen"),
            limits: .init(
                account: try settings.integer("rate-limit"),
                address: try settings.integer("unauthenticated-rate-limit")
            ),
            proxies: proxies,
            policy: policy,
            idleTimeout: try settings.duration("idle-timeout"),
            maximumConnections: try settings.integer("maximum-connections")
        )
    }
}
