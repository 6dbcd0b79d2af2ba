// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database

/// Finds out where a target leads: through our own zones where it is published here, and through resolvers elsewhere.
struct AliasResolver: Sendable {
    let lookup: AddressLookup
    let rules: AliasRules

    /// One attempt at a target.
    ///
    /// - Parameter home: What is published of it here, where that counts.
    /// - Throws: `CancellationError`.
    func resolve(_ claimed: ClaimedAlias, home: AliasStore.Home?) async throws -> AliasResult {
        guard let home else { return try await resolve(claimed, asking: claimed.name) }
        var result: AliasResult
        if home.isLoop {
            result = AliasJudge.loop(claimed, rules: rules)
        } else {
            let records = home.lines.compactMap { try? ResourceRecord(line: $0) }
            if let alias = records.first(where: { $0.type == .cname }), let name = try? Name(wire: alias.rdata) {
                result = try await resolve(claimed, asking: name.text)
            } else {
                result = AliasJudge.judge(
                    claimed,
                    a: Self.outcome(records, .a),
                    aaaa: Self.outcome(records, .aaaa),
                    rules: rules
                )
                // The zone's next publication makes it due before that.
                result.wait = result.isEmpty ? result.wait : Double(rules.maximumTTL)
            }
        }
        result.home = home.zone
        return result
    }

    private func resolve(_ claimed: ClaimedAlias, asking text: String) async throws -> AliasResult {
        guard let name = try? Name(text: text, origin: .root), !name.isRoot else {
            let failure = AliasOutcome.failure("the target is not a name")
            return AliasJudge.judge(claimed, a: failure, aaaa: failure, rules: rules)
        }
        async let a = outcome(name, .a)
        async let aaaa = outcome(name, .aaaa)
        return AliasJudge.judge(claimed, a: try await a, aaaa: try await aaaa, rules: rules)
    }

    private func outcome(_ name: Name, _ type: RRType) async throws -> AliasOutcome {
        do {
            switch try await lookup.addresses(of: name, type: type) {
            case .addresses(let found, let ttl):
                let usable = found.filter { $0.count == (type == .a ? 4 : 16) && AliasAddressFilter.accepts($0) }
                guard !usable.isEmpty else { return .failure("the answer has only addresses that lead nowhere") }
                return .addresses(usable.map { RDataText.print(type: type, rdata: $0) }, ttl: ttl)
            case .none(let exists, let ttl):
                return .none(exists ? "the target has no addresses" : "the target does not exist", ttl: ttl)
            }
        } catch let error as ResolverError {
            return .failure(error.description)
        }
    }

    private static func outcome(_ records: [ResourceRecord], _ type: RRType) -> AliasOutcome {
        let found = records.filter { $0.type == type }
        guard let ttl = found.map(\.ttl).min() else { return .none("the target has no addresses", ttl: .max) }
        return .addresses(found.map { RDataText.print(type: type, rdata: $0.rdata) }, ttl: ttl)
    }
}
