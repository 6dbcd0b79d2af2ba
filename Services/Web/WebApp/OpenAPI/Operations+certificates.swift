// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// Certificates of domains.
    static let certificates: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/certificates",
            "listCertificates",
            "Certificates of a domain.",
            query: APIParameter.list(sortedBy: "id, common_name, expiration"),
            .page(of: .named("Certificate"))
        ),
        .certificate(.get, "{certificate}", "getCertificate", "A certificate.", .data(.named("Certificate"))),
        APIOperation(
            .get,
            "/x/v1/{account}/domains/{domain}/certificates/{certificate}/status",
            "getCertificateStatus",
            "Where a certificate stands, and why it is not further.",
            .data(.named("CertificateStatus"))
        ),
        .certificate(
            .get,
            "{certificate}/download",
            "downloadCertificate",
            "The certificate and those that lead to its root, in PEM.",
            .data(.named("CertificateChain")),
            failures: [428]
        ),
        .certificate(
            .get,
            "{certificate}/private_key",
            "getCertificatePrivateKey",
            "The certificate's key in PEM.",
            .data(.answer(.init("private_key", .string))),
            failures: [412, 428]
        ),
        .certificate(
            .post,
            "letsencrypt",
            "purchaseLetsencryptCertificate",
            "Order a certificate; it is issued when that is asked for.",
            body: .json(
                .request(
                    .optional("auto_renew", .boolean),
                    .optional("name", .text()),
                    .optional("alternate_names", .list(of: .text())),
                    .optional("signature_algorithm", .values(["ECDSA", "RSA"]))
                ),
                isRequired: false
            ),
            .data(.named("CertificatePurchase"), status: 201),
            failures: [412],
            refused: "names that are no hosts of the domain, and names that a wildcard among them covers."
        ),
        .certificate(
            .post,
            "letsencrypt/{certificate}/issue",
            "issueLetsencryptCertificate",
            "Have a certificate issued, or tried again when that has failed.",
            .data(.named("Certificate"), status: 202)
        ),
        .certificate(
            .post,
            "letsencrypt/{certificate}/renewals",
            "purchaseLetsencryptRenewal",
            "Order a certificate that takes the place of an issued one.",
            body: .json(
                .request(
                    .optional("auto_renew", .boolean),
                    .optional("signature_algorithm", .values(["ECDSA", "RSA"]))
                ),
                isRequired: false
            ),
            .data(.named("CertificateRenewal"), status: 201),
            failures: [412],
            refused: "a certificate that is not issued."
        ),
        .certificate(
            .post,
            "letsencrypt/{certificate}/renewals/{renewal}/issue",
            "issueLetsencryptRenewal",
            "Have the certificate of a renewal issued, or tried again when that has failed.",
            .data(.named("Certificate"), status: 202)
        ),
    ]

    private static func certificate(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ name: String,
        _ summary: String,
        body: APIBody? = nil,
        _ result: APIResult,
        failures: [Int] = [],
        refused: String? = nil
    ) -> APIOperation {
        APIOperation(
            method,
            "/v2/{account}/domains/{domain}/certificates/\(path)",
            name,
            summary,
            body: body,
            result,
            failures: failures,
            refused: refused
        )
    }
}

extension APISchema {
    /// Certificates and what leads to them.
    static let certificates: [(name: String, schema: APISchema)] = [
        (
            "Certificate",
            .answer(
                .init("id", .id),
                .init("domain_id", .id),
                .init("name", .string),
                .init("common_name", .string),
                .init("years", .int64),
                .init("csr", .nullable(.string)),
                .init("state", .certificateState),
                .init("auto_renew", .boolean),
                .init("alternate_names", .list(of: .string)),
                .init("authority_identifier", .string),
                .init("created_at", .time),
                .init("updated_at", .time),
                .init("expires_at", .nullable(.time)),
                .init("expires_on", .nullable(.format("date")))
            )
        ),
        (
            "CertificateChain",
            .answer(
                .init("server", .string),
                .init("root", .nullable(.string)),
                .init("chain", .list(of: .string))
            )
        ),
        (
            "CertificateStatus",
            .answer(
                .init("id", .id),
                .init("state", .certificateState),
                .init("failure", .nullable(.string)),
                .init("auto_renew", .boolean),
                .init("renew_at", .nullable(.time)),
                .init("expires_at", .nullable(.time)),
                .init("updated_at", .time)
            )
        ),
        (
            "CertificatePurchase",
            .answer(
                .init("id", .id),
                .init("certificate_id", .id),
                .init("state", .certificateState),
                .init("auto_renew", .boolean),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "CertificateRenewal",
            .answer(
                .init("id", .id),
                .init("old_certificate_id", .id),
                .init("new_certificate_id", .id),
                .init("state", .certificateState),
                .init("auto_renew", .boolean),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
    ]

    private static let certificateState = APISchema.values(["new", "requesting", "issued", "failed"])
}
