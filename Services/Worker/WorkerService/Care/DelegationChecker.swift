// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import NIOCore

/// Finds out what the parent of a zone says about it, and whether the name servers that it names answer for the zone.
struct DelegationChecker: Sendable {
    /// Referrals that are followed, and enclosing names that are tried.
    private static let mostSteps = 10
    /// Addresses of the parent's servers that are asked.
    private static let mostServers = 4
    /// Name servers of the zone that are asked (RFC 1912 section 2.8 finds seven enough).
    private static let mostNameServers = 13
    private static let edns = EDNS(payloadSize: 1_232)

    let resolver: RecursiveResolver
    let client: DNSClient
    /// The port of name servers: 53 (RFC 1035 section 4.2).
    var port = 53
    /// Which addresses of name servers may be asked.
    var accepts: @Sendable ([UInt8]) -> Bool = AliasAddressFilter.accepts

    /// Looks at one zone.
    ///
    /// - Throws: `CancellationError`.
    func check(_ claim: DelegationCheckStore.Claim) async throws -> DelegationCheck {
        let lines = (claim.nameServers ?? "").split(separator: "\n").map(String.init)
        let expected = ParentAnswer.nameServers(lines.compactMap { try? ResourceRecord(line: $0) })
        guard let zone = try? Name(text: claim.name, origin: .root).lowercased(), !zone.isRoot else {
            return DelegationCheck(.unknown, reason: "the root has no parent")
        }
        do {
            let (answer, server) = try await askParent(of: zone)
            guard case .delegated(let named) = answer else {
                let state: DelegationState = answer == .unregistered ? .unregistered : .undelegated
                return DelegationCheck(state, expected: expected.map(\.text))
            }
            let ours = Set(expected)
            let shared = named.filter(ours.contains)
            var check = DelegationCheck(
                shared.isEmpty ? .elsewhere : shared.count == named.count ? .delegated : .partial,
                parent: named.map(\.text),
                expected: expected.map(\.text)
            )
            check.lame = try await lame(named, zone: zone)
            if !claim.isSigned {
                check.hasDSWithoutKey = try await hasDS(zone, at: server)
            }
            return check
        } catch let error as ResolverError {
            return DelegationCheck(.unknown, expected: expected.map(\.text), reason: "resolver: \(error)")
        } catch let error as Unreached {
            return DelegationCheck(.unknown, expected: expected.map(\.text), reason: error.reason)
        }
    }

    /// No server of the parent could be asked.
    private struct Unreached: Error {
        let reason: String
    }

    private func askParent(of zone: Name) async throws -> (ParentAnswer, SocketAddress) {
        var (parent, servers) = try await enclosingZone(of: zone)
        var reason = "the parent's name servers have no addresses"
        for _ in 0..<Self.mostSteps {
            var referral: (Name, [Name])?
            for address in try await addresses(of: servers, most: Self.mostServers) where referral == nil {
                do {
                    let message = try await ask(zone, .ns, of: address)
                    switch ParentAnswer(message, zone: zone, parent: parent) {
                    case .below(let cut, let names): referral = (cut, names)
                    case .useless(let fault): reason = "\(parent.text): \(fault)"
                    case let answer: return (answer, address)
                    }
                } catch let error as DNSClientError {
                    reason = "\(parent.text): \(error)"
                }
            }
            guard let (cut, names) = referral else { throw Unreached(reason: reason) }
            (parent, servers) = (cut, names)
        }
        throw Unreached(reason: "too many referrals")
    }

    /// The nearest zone above a name that recursive resolvers know, and its name servers.
    private func enclosingZone(of zone: Name) async throws -> (Name, [Name]) {
        var name = zone
        for _ in 0..<Self.mostSteps {
            guard let parent = name.parent else { break }
            let message = try await resolver.ask(Question(name: parent, type: .ns))
            let servers = ParentAnswer.nameServers(message.answers.filter { $0.owner == parent })
            if !servers.isEmpty { return (parent, servers) }
            // What is no zone lies in the one whose SOA record comes with the denial (RFC 2308 section 3).
            let soa = message.authorities.first { $0.type == .soa && parent.isSubdomain(of: $0.owner) }
            guard let apex = soa?.owner, apex != parent else {
                name = parent
                continue
            }
            let answer = try await resolver.ask(Question(name: apex, type: .ns))
            let found = ParentAnswer.nameServers(answer.answers.filter { $0.owner == apex })
            if !found.isEmpty { return (apex, found) }
            name = apex
        }
        throw Unreached(reason: "the zone above has no name servers")
    }

    private func lame(_ names: [Name], zone: Name) async throws -> [String] {
        var lame: [String] = []
        for name in names.prefix(Self.mostNameServers) {
            var answers = false
            for address in try await addresses(of: [name], most: 2) where !answers {
                guard let message = try await answer(zone, .soa, of: address) else { continue }
                answers =
                    message.rcode == .noError && message.header.isAuthoritative
                    && message.answers.contains { $0.owner == zone && $0.type == .soa }
            }
            if !answers { lame.append(name.text) }
        }
        return lame
    }

    private func hasDS(_ zone: Name, at server: SocketAddress) async throws -> Bool {
        let message = try await answer(zone, .ds, of: server)
        return message?.answers.contains { $0.owner == zone && $0.type == .ds } ?? false
    }

    /// Nil when there is no answer.
    private func answer(_ name: Name, _ type: RRType, of server: SocketAddress) async throws -> Message? {
        do {
            return try await ask(name, type, of: server)
        } catch is DNSClientError {
            return nil
        }
    }

    private func ask(_ name: Name, _ type: RRType, of server: SocketAddress) async throws -> Message {
        try await client.ask(Question(name: name, type: type), of: server, edns: Self.edns)
    }

    /// Addresses of name servers that may be asked, one of each name before the second of any.
    private func addresses(of names: [Name], most: Int) async throws -> [SocketAddress] {
        let lookup = AddressLookup(resolver: resolver)
        var found: [[SocketAddress]] = []
        for name in names where found.count < most {
            var own: [SocketAddress] = []
            for type in [RRType.a, .aaaa] {
                guard case .addresses(let all, _)? = try? await lookup.addresses(of: name, type: type) else { continue }
                own += all.filter(accepts).compactMap { address in
                    try? SocketAddress(packedIPAddress: ByteBuffer(bytes: address), port: port)
                }
            }
            try Task.checkCancellation()
            if !own.isEmpty { found.append(own) }
        }
        let first = found.compactMap(\.first)
        return Array((first + found.flatMap { $0.dropFirst() }).prefix(most))
    }
}
