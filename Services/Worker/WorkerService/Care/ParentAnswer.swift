// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What one server of a parent says about a zone's name, asked for its NS records without recursion (RFC 1034 section 4.3.2).
enum ParentAnswer: Equatable {
    /// These name servers have the zone.
    case delegated([Name])
    /// The name is there, and no zone below it.
    case undelegated
    case unregistered
    /// The parent proper is this name, whose name servers these are.
    case below(Name, [Name])
    /// It cannot be used; why.
    case useless(String)

    /// - Parameter parent: The zone that the server was asked as a server of.
    init(_ message: Message, zone: Name, parent: Name) {
        let all = message.answers + message.authorities
        let named = Self.nameServers(all.filter { $0.owner == zone })
        if !named.isEmpty {
            self = .delegated(named)
        } else if message.rcode == .nameError {
            self = message.header.isAuthoritative ? .unregistered : .useless("it is not authoritative")
        } else if message.rcode != .noError {
            self = .useless("\(message.rcode)")
        } else if let cut = all.first(where: {
            $0.type == .ns && zone.isSubdomain(of: $0.owner) && $0.owner != parent && $0.owner.isSubdomain(of: parent)
        })?.owner {
            self = .below(cut, Self.nameServers(all.filter { $0.owner == cut }))
        } else {
            self = message.header.isAuthoritative ? .undelegated : .useless("it is not authoritative")
        }
    }

    /// The names that NS records hold, each once, sorted, in lower case.
    static func nameServers(_ records: [ResourceRecord]) -> [Name] {
        Set(
            records.filter { $0.type == .ns && $0.rrclass == .internet }
                .compactMap { try? Name(wire: $0.rdata).lowercased() }
        )
        .sorted()
    }
}
