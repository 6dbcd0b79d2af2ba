// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird

/// An operation of a registrar, and what a platform that is none answers to it.
///
/// Status 412 is what clients know of a feature that an account does not have: they show its message and go on. What
/// never was there to be found is 404, and what the API has dropped is 410.
struct RegistrarOperation: Sendable {
    enum Answer: Sendable {
        /// 412 with a sentence.
        case notOffered(String)
        /// 404: nobody ever got such an id. Names the kind and the path parameter.
        case notFound(kind: String, parameter: String)
        /// An empty page.
        case emptyList
        /// 410 with a sentence.
        case removed(String)
    }

    let method: HTTPRequest.Method
    /// Below `/v2/{account}/registrar`.
    let path: RouterPath
    /// Whether `:domain` must be one of the account's: then one that is not is answered with 404.
    let concernsOwnDomain: Bool
    let answer: Answer

    private init(_ method: HTTPRequest.Method, _ path: RouterPath, own: Bool = true, _ answer: Answer) {
        self.method = method
        self.path = path
        self.concernsOwnDomain = own
        self.answer = answer
    }

    private static let registration = "Domain registration is not offered by this platform"
    private static let renewal = "Domains are not registered through this platform, so it cannot renew them"
    private static let lock = "Domains are not registered through this platform, so it cannot lock transfers"
    private static let privacy = "Domains are not registered through this platform, so it cannot hide their registrants"
    private static let registrant =
        "Domains are not registered through this platform, so it cannot change their registrants"

    /// Every operation of the registrar block but those of the delegation, which the platform has.
    static let all: [RegistrarOperation] = [
        .init(.get, "domains/:domain/check", own: false, .notOffered(registration)),
        .init(.get, "domains/:domain/prices", own: false, .notOffered(registration)),
        .init(.get, "domains/:domain/premium_price", own: false, .removed("Premium prices are a part of the prices")),
        .init(.post, "domains/:domain/registrations", own: false, .notOffered(registration)),
        .init(
            .get,
            "domains/:domain/registrations/:id",
            own: false,
            .notFound(kind: "Domain registration", parameter: "id")
        ),
        .init(.post, "domains/:domain/transfers", own: false, .notOffered(registration)),
        .init(.get, "domains/:domain/transfers/:id", own: false, .notFound(kind: "Domain transfer", parameter: "id")),
        .init(
            .delete,
            "domains/:domain/transfers/:id",
            own: false,
            .notFound(kind: "Domain transfer", parameter: "id")
        ),
        .init(.post, "domains/:domain/renewals", .notOffered(renewal)),
        .init(.get, "domains/:domain/renewals/:id", .notFound(kind: "Domain renewal", parameter: "id")),
        .init(.post, "domains/:domain/restores", .notOffered(renewal)),
        .init(.get, "domains/:domain/restores/:id", .notFound(kind: "Domain restore", parameter: "id")),
        .init(.post, "domains/:domain/authorize_transfer_out", .notOffered(registration)),
        .init(.get, "domains/:domain/transfer_lock", .notOffered(lock)),
        .init(.post, "domains/:domain/transfer_lock", .notOffered(lock)),
        .init(.delete, "domains/:domain/transfer_lock", .notOffered(lock)),
        .init(.put, "domains/:domain/auto_renewal", .notOffered(renewal)),
        .init(.delete, "domains/:domain/auto_renewal", .notOffered(renewal)),
        .init(.get, "domains/:domain/whois_privacy", .removed("A domain says itself whether its registrant is hidden")),
        .init(.put, "domains/:domain/whois_privacy", .notOffered(privacy)),
        .init(.delete, "domains/:domain/whois_privacy", .notOffered(privacy)),
        .init(.post, "domains/:domain/whois_privacy/renewals", .removed("Privacy of registrants is not renewed")),
        .init(.get, "registrant_changes", .emptyList),
        .init(.post, "registrant_changes", .notOffered(registrant)),
        .init(.post, "registrant_changes/check", .notOffered(registrant)),
        .init(.get, "registrant_changes/:id", .notFound(kind: "Registrant change", parameter: "id")),
        .init(.delete, "registrant_changes/:id", .notFound(kind: "Registrant change", parameter: "id")),
    ]
}
