// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// Hosted domains.
    static let domains: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/domains",
            "listDomains",
            "Domains of the account.",
            query: [.nameLike, APIParameter("registrant_id", .string, "Only domains that name this contact.")]
                + APIParameter.list(sortedBy: "id, name, expiration"),
            .page(of: .named("Domain"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/domains",
            "createDomain",
            "Make a domain and its zone.",
            body: .json(.request(.init("name", .domainName))),
            .data(.named("Domain"), status: 201),
            failures: [406],
            refused: "a name that is taken, or breaks the rules of IDNA."
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}",
            "getDomain",
            "A domain, by name or id.",
            .data(.named("Domain"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/domains/{domain}",
            "deleteDomain",
            "Remove a domain and its zone.",
            .empty()
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/dnssec",
            "getDomainDNSSEC",
            "Whether the domain's zone is signed.",
            .data(.named("DNSSEC"))
        ),
    ]
}

extension APISchema {
    /// Domains and what belongs to them.
    static let domains: [(name: String, schema: APISchema)] = [
        (
            "Domain",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("registrant_id", .nullable(.id)),
                .init("name", .string),
                .init("unicode_name", .string),
                .init("state", .values(["hosted", "registered", "expired"])),
                .init("auto_renew", .boolean),
                .init("private_whois", .boolean),
                .init("trustee", .boolean),
                .init("expires_on", .nullable(.format("date"))),
                .init("expires_at", .nullable(.time)),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "DNSSEC",
            .answer(
                .init("enabled", .boolean),
                .init("active", .boolean),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
    ]
}
