// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird

/// What a dyndns2 request asks for, in its query or, of a POST, in a form.
struct DynamicUpdateInput {
    /// In the order of the request; nil for what is no full name.
    let hosts: [DynamicHost?]
    /// Nil where two addresses of one family are named, or none is known.
    let addresses: DynamicAddresses?

    /// - Parameter client: whose address is meant where the request names none, or none that can be read: so the protocol
    ///   has it, and so a router works that sends its placeholder.
    /// - Throws: 400 or 413 for a body that cannot be read.
    init(_ request: Request, client: ClientAddress?) async throws {
        let query = QueryParameters(request.uri)
        let form = request.method == .post ? try await FormFields(request) : FormFields(form: "")
        let names = query.nonEmpty("hostname") ?? form["hostname"] ?? ""
        self.hosts = names.split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.drop { $0 == " " } }
            .filter { !$0.isEmpty }
            .map { DynamicHost($0) }
        let texts = ["myip", "myipv6"].compactMap { query.nonEmpty($0) ?? form[$0] }
        let given = texts.flatMap { $0.split(separator: ",") }.compactMap { ClientAddress($0.filter { $0 != " " }) }
        self.addresses = Self.addresses(given.isEmpty ? [client].compactMap { $0 } : given)
    }

    private static func addresses(_ all: [ClientAddress]) -> DynamicAddresses? {
        var addresses = DynamicAddresses()
        for address in Set(all) {
            let family = address.text.contains(":") ? \DynamicAddresses.ipv6 : \DynamicAddresses.ipv4
            guard addresses[keyPath: family] == nil else { return nil }
            addresses[keyPath: family] = address.text
        }
        return all.isEmpty ? nil : addresses
    }
}
