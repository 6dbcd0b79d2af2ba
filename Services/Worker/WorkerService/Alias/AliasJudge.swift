// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database

/// Decides what is published of a target after an attempt at it. Pure.
///
/// - An answer with addresses of either family takes the place of what there was; a family that failed meanwhile keeps
///   its last addresses.
/// - No answer changes nothing, for however long: the control plane may fail, answers may not.
/// - An answer that there are no addresses is believed when it has been the same for a while. What a name that is gone
///   led to may soon be somebody else's, so it is not kept for ever; a mistake at the target's owner is mostly shorter.
enum AliasJudge {
    /// What comes of the two families' outcomes.
    static func judge(
        _ claimed: ClaimedAlias,
        a: AliasOutcome,
        aaaa: AliasOutcome,
        rules: AliasRules
    ) -> AliasResult {
        let outcomes = [("A", a), ("AAAA", aaaa)]
        let failures = outcomes.compactMap { name, outcome in
            if case .failure(let reason) = outcome { "\(name): \(reason)" } else { nil as String? }
        }
        let ttls = [a, aaaa].compactMap { outcome in
            if case .addresses(_, let ttl) = outcome { ttl } else { nil as UInt32? }
        }
        if let seen = ttls.min() {
            return answered(claimed, a, aaaa, seen: seen, failures: failures, rules: rules)
        }
        guard failures.isEmpty else {
            var result = kept(claimed, .failing, failures.joined(separator: "; "), rules: rules)
            result.failures = claimed.failures &+ 1
            result.wait = rules.retry(after: result.failures)
            return result
        }
        return empty(claimed, a, rules: rules)
    }

    /// What comes of a loop of our own ALIAS records: nothing can be behind it, so that nothing is kept.
    static func loop(_ claimed: ClaimedAlias, rules: AliasRules) -> AliasResult {
        AliasResult(
            name: claimed.name,
            claim: claimed.claim,
            state: .loop,
            reason: "ALIAS records lead from the target back to it, or too far",
            addresses: AliasAddresses(),
            isChange: !claimed.addresses.isEmpty,
            wait: Double(rules.minimumTTL)
        )
    }

    private static func answered(
        _ claimed: ClaimedAlias,
        _ a: AliasOutcome,
        _ aaaa: AliasOutcome,
        seen: UInt32,
        failures: [String],
        rules: AliasRules
    ) -> AliasResult {
        var steady = SteadyTTL(
            published: claimed.addresses.isEmpty ? 0 : claimed.addresses.ttl,
            lower: claimed.lowerTTL,
            lowerCount: claimed.lowerCount
        )
        steady.see(rules.bounded(seen))
        let addresses = AliasAddresses(
            a: addresses(a, before: claimed.addresses.a),
            aaaa: addresses(aaaa, before: claimed.addresses.aaaa),
            ttl: min(max(steady.published, rules.minimumTTL), rules.maximumTTL)
        )
        var result = AliasResult(
            name: claimed.name,
            claim: claimed.claim,
            state: .resolved,
            reason: failures.first,
            addresses: addresses,
            isChange: addresses != claimed.addresses,
            wait: Double(failures.isEmpty ? rules.bounded(seen) : rules.minimumTTL)
        )
        result.lowerTTL = steady.lower
        result.lowerCount = steady.lowerCount
        return result
    }

    private static func empty(_ claimed: ClaimedAlias, _ a: AliasOutcome, rules: AliasRules) -> AliasResult {
        var reason = "no addresses"
        var ttl = UInt32.max
        if case .none(let text, let denial) = a { (reason, ttl) = (text, denial) }
        var result = kept(claimed, .empty, reason, rules: rules)
        result.isEmpty = true
        let isOver = claimed.emptySeconds.map { $0 >= rules.emptyAfter } ?? (rules.emptyAfter <= 0)
        result.wait = Double(rules.bounded(ttl))
        guard !claimed.addresses.isEmpty else { return result }
        if isOver {
            result.addresses = AliasAddresses()
            result.isChange = true
        } else {
            // Asked again soon: the name may be back, and if not, the time it takes is to be kept.
            result.wait = min(result.wait, Double(rules.minimumTTL))
            result.reason = "\(reason); the last addresses are still published"
        }
        return result
    }

    /// As it was published.
    private static func kept(
        _ claimed: ClaimedAlias,
        _ state: AliasState,
        _ reason: String,
        rules: AliasRules
    ) -> AliasResult {
        var result = AliasResult(
            name: claimed.name,
            claim: claimed.claim,
            state: state,
            reason: reason,
            addresses: claimed.addresses,
            isChange: false,
            wait: Double(rules.minimumTTL)
        )
        result.lowerTTL = claimed.lowerTTL
        result.lowerCount = claimed.lowerCount
        return result
    }

    private static func addresses(_ outcome: AliasOutcome, before: [String]) -> [String] {
        switch outcome {
        case .addresses(let found, _): Array(Set(found).sorted().prefix(AliasRules.mostAddresses))
        case .none: []
        case .failure: before
        }
    }
}
