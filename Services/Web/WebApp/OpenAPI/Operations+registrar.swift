// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird

extension APIOperation {
    /// Delegation, vanity name servers, and what a platform without a registrar answers.
    static let registrar: [APIOperation] = delegation + vanity + others + certificates + notOffered

    private static let delegation: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/registrar/domains/{domain}/delegation",
            "getDelegation",
            "The name servers that a domain's owner wants its parent to have.",
            .data(.list(of: .string))
        ),
        APIOperation(
            .put,
            "/v2/{account}/registrar/domains/{domain}/delegation",
            "changeDelegation",
            "Replace the name servers of a delegation.",
            body: .json(.domainNames(atMost: 13)),
            .data(.list(of: .string)),
            refused: "a name that breaks the rules of IDNA, and one that stands there twice in other letters."
        ),
        APIOperation(
            .put,
            "/v2/{account}/registrar/domains/{domain}/delegation/vanity",
            "changeDelegationToVanity",
            "Delegate to vanity name servers of the account.",
            body: .json(.domainNames(atMost: 13)),
            .data(.list(of: .named("VanityNameServer"))),
            refused: "names that are not the vanity name servers of the account."
        ),
        APIOperation(
            .delete,
            "/v2/{account}/registrar/domains/{domain}/delegation/vanity",
            "changeDelegationFromVanity",
            "Delegate to the platform's name servers.",
            .empty()
        ),
    ]

    private static let vanity: [APIOperation] = [
        APIOperation(
            .put,
            "/v2/{account}/vanity/{domain}",
            "enableVanityNameServers",
            "Give a domain name servers of its own name.",
            .data(.list(of: .named("VanityNameServer"))),
            failures: [412],
            refused: "a domain whose zone has other records of those names."
        ),
        APIOperation(
            .delete,
            "/v2/{account}/vanity/{domain}",
            "disableVanityNameServers",
            "Take a domain's own name servers away.",
            .empty()
        ),
    ]

    private static let others: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/domains/research/status",
            "getDomainResearchStatus",
            "Whether a name is free, as far as the platform knows.",
            query: [APIParameter("domain", .domainName, "The name.", isRequired: true)],
            .data(.named("Research")),
            refused: "a name that breaks the rules of IDNA."
        ),
        APIOperation(
            .get,
            "/v2/{account}/billing/charges",
            "listCharges",
            "Charges of the account, of which there are none.",
            query: [
                APIParameter("start_date", .format("date"), "Only charges since then."),
                APIParameter("end_date", .format("date"), "Only charges until then."),
            ] + APIParameter.list(sortedBy: "invoiced"),
            .emptyPage
        ),
        APIOperation(
            .get,
            "/v2/tlds",
            "listTLDs",
            "Top-level domains that names can be registered under, of which there are none.",
            query: APIParameter.list(sortedBy: "tld"),
            .emptyPage
        ),
        APIOperation(.get, "/v2/tlds/{tld}", "getTLD", "Never found."),
        APIOperation(.get, "/v2/tlds/{tld}/extended_attributes", "getTLDExtendedAttributes", "Never found."),
    ]

    /// The registrar's block from its table, and collaborators.
    private static let notOffered: [APIOperation] =
        RegistrarOperation.all.map(APIOperation.init)
        + [
            .collaborators(.get, ""), .collaborators(.post, ""), .collaborators(.delete, "/{collaborator}"),
        ]

    private init(_ operation: RegistrarOperation) {
        let path = operation.path.description.split(separator: "/").map { String($0) }
        let name = Self.name(operation.method, path)
        let full = "/v2/{account}/registrar/\(path.joined(separator: "/"))"
        switch operation.answer {
        case .notOffered(let reason): self.init(operation.method, full, name, "\(reason).", failures: [412])
        case .removed: self.init(operation.method, full, name, "Dropped from the API.", failures: [410])
        case .notFound: self.init(operation.method, full, name, "Never found.")
        case .emptyList: self.init(operation.method, full, name, "Never has anything.", .emptyPage)
        }
    }

    private static func collaborators(_ method: HTTPRequest.Method, _ suffix: String) -> APIOperation {
        APIOperation(
            method,
            "/v2/{account}/domains/{domain}/collaborators\(suffix)",
            Self.name(method, ["collaborators"]),
            "Dropped from the API.",
            failures: [410]
        )
    }

    /// A name from the method and the words of the path.
    private static func name(_ method: HTTPRequest.Method, _ path: [String]) -> String {
        let words = path.flatMap { $0.split { !$0.isLetter } }.filter { $0 != "domain" }
        return method.rawValue.lowercased() + words.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}

extension APIResult {
    /// A page that never has anything.
    fileprivate static let emptyPage = APIResult.page(of: .any)
}

extension APISchema {
    /// Vanity name servers and research.
    static let registrar: [(name: String, schema: APISchema)] = [
        (
            "VanityNameServer",
            .answer(
                .init("id", .id),
                .init("name", .string),
                .init("ipv4", .nullable(.string)),
                .init("ipv6", .nullable(.string)),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "Research",
            .answer(
                .init("request_id", .format("uuid")),
                .init("domain", .string),
                .init("availability", .values(["available", "unavailable", "unknown"])),
                .init("errors", .list(of: .string))
            )
        ),
    ]
}
