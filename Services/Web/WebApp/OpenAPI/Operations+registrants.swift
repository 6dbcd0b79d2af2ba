// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes

extension APIOperation {
    /// Contacts, DS records, e-mail forwards and pushes.
    static let registrants: [APIOperation] = contacts + delegationSigners + forwards + pushes

    private static let contacts: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/contacts",
            "listContacts",
            "Contacts of the account.",
            query: APIParameter.list(sortedBy: "id, label, email"),
            .page(of: .named("Contact"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/contacts",
            "createContact",
            "Make a contact.",
            body: .json(.object(ContactField.allCases.map { .init($0, isRequired: $0.isRequired) }, isClosed: false)),
            .data(.named("Contact"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/contacts/{contact}",
            "getContact",
            "A contact.",
            .data(.named("Contact"))
        ),
        APIOperation(
            .patch,
            "/v2/{account}/contacts/{contact}",
            "updateContact",
            "Replace fields of a contact.",
            body: .json(.object(ContactField.allCases.map { .init($0, isRequired: false) }, isClosed: false)),
            .data(.named("Contact"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/contacts/{contact}",
            "deleteContact",
            "Remove a contact that no domain names.",
            .empty()
        ),
    ]

    private static let delegationSigners: [APIOperation] = [
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/dnssec",
            "enableDomainDNSSEC",
            "Enable DNSSEC, which only a zone signed elsewhere has.",
            .data(.named("DNSSEC"), status: 201),
            failures: [412]
        ),
        APIOperation(
            .delete,
            "/v2/{account}/domains/{domain}/dnssec",
            "disableDomainDNSSEC",
            "Disable DNSSEC.",
            .empty(),
            failures: [412, 428]
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/ds_records",
            "listDelegationSigners",
            "Delegation signer records of a domain.",
            query: APIParameter.list(sortedBy: "id, created_at"),
            .page(of: .named("DelegationSigner"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/ds_records",
            "createDelegationSigner",
            "Keep a delegation signer record.",
            body: .json(
                .request(
                    .init("algorithm", .string),
                    .optional("digest", .nullable(.string)),
                    .optional("digest_type", .nullable(.string)),
                    .optional("keytag", .nullable(.string)),
                    .optional("public_key", .nullable(.string))
                )
            ),
            .data(.named("DelegationSigner"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/ds_records/{signer}",
            "getDelegationSigner",
            "A delegation signer record.",
            .data(.named("DelegationSigner"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/domains/{domain}/ds_records/{signer}",
            "deleteDelegationSigner",
            "Remove a delegation signer record.",
            .empty()
        ),
    ]

    private static let forwards: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/email_forwards",
            "listEmailForwards",
            "E-mail forwards of a domain.",
            query: APIParameter.list(sortedBy: "id, alias_email, destination_email"),
            .page(of: .named("EmailForward"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/email_forwards",
            "createEmailForward",
            "Forward mail of an alias.",
            body: .json(.request(.init("alias_name", .string), .init("destination_email", .string))),
            .data(.named("EmailForward"), status: 201),
            failures: [412]
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/email_forwards/{forward}",
            "getEmailForward",
            "An e-mail forward.",
            .data(.named("EmailForward"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/domains/{domain}/email_forwards/{forward}",
            "deleteEmailForward",
            "Remove an e-mail forward.",
            .empty()
        ),
    ]

    private static let pushes: [APIOperation] = [
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/pushes",
            "initiatePush",
            "Offer a domain to another account.",
            body: .json(
                .request(
                    .optional("new_account_identifier", .nullable(.string)),
                    .optional("new_account_email", .nullable(.string))
                )
            ),
            .data(.named("Push"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/pushes",
            "listPushes",
            "Domains that are offered to the account.",
            query: APIParameter.page,
            .page(of: .named("Push"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/pushes/{push}",
            "acceptPush",
            "Take a domain over.",
            body: .json(.request(.optional("contact_id", .nullable(.integer))), isRequired: false),
            .empty()
        ),
        APIOperation(
            .delete,
            "/v2/{account}/pushes/{push}",
            "rejectPush",
            "Reject an offer, or take it back.",
            .empty()
        ),
        APIOperation(
            .get,
            "/x/v1/{account}/identifier",
            "getAccountIdentifier",
            "What an account's owner gives away to be offered domains.",
            .data(.answer(.init("identifier", .format("uuid"))))
        ),
    ]
}

extension APISchema.Member {
    /// A field of a contact.
    fileprivate init(_ field: ContactField, isRequired: Bool) {
        self.init(field.rawValue, isRequired ? .string : .nullable(.string), isRequired: isRequired)
    }
}

extension APISchema {
    /// Contacts, DS records, e-mail forwards and pushes.
    static let registrants: [(name: String, schema: APISchema)] = [
        (
            "Contact",
            .object(
                [.init("id", .id), .init("account_id", .id)]
                    + ContactField.allCases.map { Member($0.rawValue, .string) }
                    + [.init("created_at", .time), .init("updated_at", .time)],
                isClosed: true
            )
        ),
        (
            "DelegationSigner",
            .answer(
                .init("id", .id),
                .init("domain_id", .id),
                .init("algorithm", .string),
                .init("digest", .nullable(.string)),
                .init("digest_type", .nullable(.string)),
                .init("keytag", .nullable(.string)),
                .init("public_key", .nullable(.string)),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "EmailForward",
            .answer(
                .init("id", .id),
                .init("domain_id", .id),
                .init("alias_email", .string),
                .init("destination_email", .string),
                .init("created_at", .time),
                .init("updated_at", .time),
                .init("active", .boolean)
            )
        ),
        (
            "Push",
            .answer(
                .init("id", .id),
                .init("domain_id", .id),
                .init("contact_id", .nullable(.id)),
                .init("account_id", .id),
                .init("created_at", .time),
                .init("updated_at", .time),
                .init("accepted_at", .nullable(.time))
            )
        ),
    ]
}
