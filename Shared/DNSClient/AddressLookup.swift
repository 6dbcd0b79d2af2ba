// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// Finds the addresses of a name through recursive resolvers, and follows aliases where a resolver does not.
package struct AddressLookup: Sendable {
    /// What was found.
    package enum Answer: Sendable, Hashable {
        /// RDATA of A or AAAA records, at least one, and the least TTL on the way to them, in seconds.
        case addresses([[UInt8]], ttl: UInt32)
        /// The name has none, or does not exist; how long that may be believed, in seconds (RFC 2308 section 5).
        case none(exists: Bool, ttl: UInt32)
    }

    /// How many aliases are followed in all.
    package static let longestChain = 16
    /// How many questions one look-up asks.
    private static let mostQuestions = 4
    /// How long a denial without an SOA record is believed, in seconds.
    private static let plainDenialTTL: UInt32 = 60

    private let resolver: RecursiveResolver

    package init(resolver: RecursiveResolver) {
        self.resolver = resolver
    }

    /// The addresses of one type.
    ///
    /// - Parameter type: A or AAAA.
    /// - Throws: `ResolverError`, for a loop of aliases, too; `CancellationError`.
    package func addresses(of name: Name, type: RRType) async throws -> Answer {
        var chain = Chain(at: name)
        for _ in 0..<Self.mostQuestions {
            let asked = chain.name
            let message = try await resolver.ask(Question(name: asked, type: type))
            try chain.follow(message.answers)
            let found = message.answers.filter { $0.owner == chain.name && $0.type == type && $0.rrclass == .internet }
            if let least = found.map(\.ttl).min() {
                return .addresses(found.map(\.rdata), ttl: min(least, chain.ttl))
            }
            let denial = Self.denialTTL(message)
            if message.rcode == .nameError {
                return .none(exists: false, ttl: min(denial ?? Self.plainDenialTTL, chain.ttl))
            }
            // An alias that leads out of the answer, and nothing said about where it leads.
            guard chain.name != asked, denial == nil else {
                return .none(exists: true, ttl: min(denial ?? Self.plainDenialTTL, chain.ttl))
            }
        }
        throw ResolverError("the chain of aliases is too long")
    }

    /// Where a chain of aliases has come to.
    private struct Chain {
        private(set) var name: Name
        private(set) var ttl = UInt32.max
        private var seen: Set<Name>

        init(at name: Name) {
            self.name = name
            seen = [name]
        }

        /// Goes on as far as these records lead, in whatever order they are.
        mutating func follow(_ records: [ResourceRecord]) throws(ResolverError) {
            while let alias = records.first(where: {
                $0.owner == name && $0.type == .cname && $0.rrclass == .internet
            }) {
                guard let next = try? Name(wire: alias.rdata) else {
                    throw ResolverError("a CNAME record holds no name")
                }
                guard seen.insert(next).inserted else { throw ResolverError("the aliases form a loop") }
                guard seen.count <= AddressLookup.longestChain + 1 else {
                    throw ResolverError("the chain of aliases is too long")
                }
                name = next
                ttl = min(ttl, alias.ttl)
            }
        }
    }

    /// The lesser of an SOA record's own TTL and the last of its numbers, MINIMUM (RFC 2308 section 5).
    private static func denialTTL(_ message: Message) -> UInt32? {
        guard let soa = message.authorities.first(where: { $0.type == .soa }), soa.rdata.count >= 22 else { return nil }
        return min(soa.ttl, soa.rdata.suffix(4).reduce(0) { $0 << 8 | UInt32($1) })
    }
}
