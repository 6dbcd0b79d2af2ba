// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Logging
import NIOCore
import Postgres
import Runtime
import ZoneSync

/// The options of the roll-out by way of a canary site, and how they are read.
struct RolloutOptions: Sendable {
    /// What zonewright-glue can be told about it.
    static let all: [DaemonOption] = [
        DaemonOption(
            "canary-site",
            help:
                "Site whose responders get changes first; others get them when these are well. All origins need the same."
        ),
        DaemonOption(
            "canary-query",
            .list,
            help:
                "Questions as NAME/TYPE that responders of the canary site must answer, beside the changed zones' SOA."
        ),
        DaemonOption(
            "canary-address",
            .addressList,
            help: "Where the responders of the canary site are asked. Without it where they say that they answer."
        ),
        DaemonOption(
            "canary-wait",
            .duration,
            default: "2s",
            help: "How long the canary site may take before the roll-out counts as held. It goes on by itself."
        ),
        DaemonOption(
            "canary-absence",
            .choice(["hold", "pass"]),
            default: "hold",
            help: "What becomes of changes while no responder of the canary site is connected."
        ),
        DaemonOption(
            "canary-absent-after",
            .duration,
            default: "30s",
            help: "How long none may be connected before changes pass, where canary-absence says so."
        ),
    ]

    let gate: RolloutGate
    private let store: RolloutStore
    private let probe: CanaryProbe
    private let absence: RolloutDecision.Absence
    private let patience: Duration

    /// Reads the settings; nil without a canary site. An error names the option.
    init?(_ settings: Settings, pool: PostgresPool) throws(SettingsError) {
        let queries = try Self.queries(settings)
        let addresses = try Self.addresses(settings)
        patience = try settings.duration("canary-wait")
        let limit = try settings.duration("canary-absent-after")
        absence = try settings.string("canary-absence") == "pass" ? .passes(after: limit) : .holds
        guard let site = try settings.optionalString("canary-site"), !site.isEmpty else { return nil }
        guard OriginNode.isValid(name: site) else {
            throw settings.refuse("canary-site", "a name is 1 to 63 letters, digits, '-', '_' or '.'")
        }
        store = RolloutStore(pool: pool)
        gate = RolloutGate(site: site, store: store)
        probe = CanaryProbe(
            queries: queries,
            addresses: addresses,
            client: DNSClient(timeout: min(max(patience, .milliseconds(100)), .seconds(1)))
        )
    }

    /// The service that moves the gate.
    func service(_ logger: Logger, moved: @escaping @Sendable () -> Void) -> RolloutService {
        RolloutService(
            gate: gate,
            store: store,
            probe: probe,
            absence: absence,
            patience: patience,
            logger: logger,
            moved: moved
        )
    }

    private static func queries(_ settings: Settings) throws(SettingsError) -> [Question] {
        var questions: [Question] = []
        for text in try settings.list("canary-query") {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 2, let type = RRType(mnemonic: String(parts[1])),
                let name = try? Name(text: String(parts[0]), origin: .root)
            else {
                throw settings.refuse("canary-query", "\"\(text)\" is not NAME/TYPE")
            }
            questions.append(Question(name: name, type: type))
        }
        return questions
    }

    private static func addresses(_ settings: Settings) throws(SettingsError) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        for address in try settings.addresses("canary-address") {
            guard let found = try? SocketAddress(ipAddress: address.host, port: address.port) else {
                throw settings.refuse("canary-address", "\(address.host) is not an IPv4 or IPv6 address")
            }
            addresses.append(found)
        }
        return addresses
    }
}
