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
            .data(.named("Contact"), status: 201),
            refused: "an organization without a job title, a country code that is not assigned, and an e-mail address "
                + "whose host breaks the rules of IDNA."
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
            .data(.named("Contact")),
            refused: "an organization without a job title, a country code that is not assigned, and an e-mail address "
                + "whose host breaks the rules of IDNA."
        ),
        APIOperation(
            .delete,
            "/v2/{account}/contacts/{contact}",
            "deleteContact",
            "Remove a contact that no domain names.",
            .empty(),
            refused: "a contact that is in use."
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
                    .init("algorithm", .number(1...254)),
                    .optional("digest", .either([.text(pattern: "^[\\s0-9A-Fa-f]*$"), .within(0 ... .max)])),
                    .optional("digest_type", .either([.number(1...255), .blank])),
                    .optional("keytag", .either([.number(0...65_535), .blank])),
                    .optional(
                        "public_key",
                        .either([.text(pattern: "^[\\s0-9A-Za-z+/]*[\\s=]*$"), .within(0 ... .max)])
                    )
                )
            ),
            .data(.named("DelegationSigner"), status: 201),
            refused:
                "neither a whole DS record nor a key, a digest that its type does not have, a record that the domain "
                + "has already."
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
            body: .json(
                .request(
                    .init("alias_name", .text(atLeast: 1)),
                    .init("destination_email", .emailAddress)
                )
            ),
            .data(.named("EmailForward"), status: 201),
            failures: [412],
            refused:
                "an alias that is neither the part before an @ nor a pattern for it, or that the domain has already, "
                + "and a destination that is the alias itself or whose host breaks the rules of IDNA."
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
                    .optional("new_account_identifier", .either([.format("uuid"), .text(atMost: 0)])),
                    .optional("new_account_email", .text())
                )
            ),
            .data(.named("Push"), status: 201),
            refused:
                "neither of both, an account that there is not, the domain's own, and a domain that is offered already."
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
            body: .json(.request(.optional("contact_id", .int64)), isRequired: false),
            .empty(),
            refused: "a contact that is not the account's, and records of the domain that cannot go with it."
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
        let schema: APISchema =
            switch field {
            case .email: .contactEmail
            case .phone: .phone
            case .fax: .either([.phone, .blank])
            case .country: .country
            default: field.isRequired ? .visible(atMost: 255) : .text(atMost: 255)
            }
        self.init(field.rawValue, schema, isRequired: isRequired)
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
