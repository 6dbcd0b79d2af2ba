// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Records as the providers' public documentation has them.

extension ServiceCatalogue {
    /// Services that receive or send mail for the domain.
    static let mail: [Service] = [
        Service(
            id: 1,
            name: "Google Workspace",
            sid: "google-workspace",
            description: "Gmail and the other applications of Google Workspace.",
            setupDescription: "Add the domain in the Google Admin console, which gives the verification code.",
            settings: [
                ServiceSetting(
                    "verification",
                    label: "Verification code",
                    description: "The google-site-verification code, where the domain is not yet verified.",
                    example: "rXOxyZounnZasA8Z7oaD3c14JdjS9aKSWvsR1EbUSIQ",
                    form: .token(prefix: "google-site-verification="),
                    isRequired: false
                ),
                ServiceSetting(
                    "dkim",
                    label: "DKIM key",
                    description: "The public key after p= of the record google._domainkey.",
                    example: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
                    form: .token(),
                    isRequired: false
                ),
            ],
            records: [
                .init("", "MX", "smtp.google.com", priority: 1),
                .init("", "TXT", "v=spf1 include:_spf.google.com ~all"),
                .init("", "TXT", "google-site-verification={{verification}}"),
                .init("google._domainkey", "TXT", "v=DKIM1; k=rsa; p={{dkim}}"),
            ]
        ),
        Service(
            id: 2,
            name: "Microsoft 365",
            sid: "microsoft-365",
            description: "Exchange Online mail, its client configuration and device enrolment.",
            setupDescription: "Add the domain in the Microsoft 365 admin center, which shows these values.",
            settings: [
                ServiceSetting(
                    "mx",
                    label: "MX name",
                    append: ".mail.protection.outlook.com",
                    description: "The first part of the MX host: the domain with hyphens for its dots.",
                    example: "example-com",
                    form: .label
                ),
                ServiceSetting(
                    "verification",
                    label: "Verification code",
                    description: "The value after MS=, where the domain is not yet verified.",
                    example: "ms12345678",
                    form: .token(prefix: "MS="),
                    isRequired: false
                ),
            ],
            records: [
                .init("", "MX", "{{mx}}.mail.protection.outlook.com", priority: 0),
                .init("", "TXT", "v=spf1 include:spf.protection.outlook.com -all"),
                .init("", "TXT", "MS={{verification}}"),
                .init("autodiscover", "CNAME", "autodiscover.outlook.com"),
                .init("enterpriseregistration", "CNAME", "enterpriseregistration.windows.net"),
                .init("enterpriseenrollment", "CNAME", "enterpriseenrollment-s.manage.microsoft.com"),
            ]
        ),
        Service(
            id: 3,
            name: "Fastmail",
            sid: "fastmail",
            description: "Mail at the domain and its subdomains, with DKIM and client configuration.",
            records: [
                .init("", "MX", "in1-smtp.messagingengine.com", priority: 10),
                .init("", "MX", "in2-smtp.messagingengine.com", priority: 20),
                .init("", "TXT", "v=spf1 include:spf.messagingengine.com ?all"),
                .init("fm1._domainkey", "CNAME", "fm1.{{domain}}.dkim.fmhosted.com"),
                .init("fm2._domainkey", "CNAME", "fm2.{{domain}}.dkim.fmhosted.com"),
                .init("fm3._domainkey", "CNAME", "fm3.{{domain}}.dkim.fmhosted.com"),
                .init("_submission._tcp", "SRV", "1 587 smtp.fastmail.com.", priority: 0),
                .init("_imaps._tcp", "SRV", "1 993 imap.fastmail.com.", priority: 0),
                .init("_pop3s._tcp", "SRV", "1 995 pop.fastmail.com.", priority: 10),
                .init("_carddavs._tcp", "SRV", "1 443 carddav.fastmail.com.", priority: 0),
                .init("_caldavs._tcp", "SRV", "1 443 caldav.fastmail.com.", priority: 0),
            ]
        ),
        Service(
            id: 4,
            name: "Zoho Mail",
            sid: "zoho-mail",
            description: "Mail with Zoho.",
            setupDescription: "Add the domain in the Zoho Mail admin console, which gives the verification code.",
            settings: [
                ServiceSetting(
                    "verification",
                    label: "Verification code",
                    description: "The code of the TXT record zoho-verification.",
                    example: "zb12345678.zmverify.zoho.com",
                    form: .token(prefix: "zoho-verification="),
                    isRequired: false
                )
            ],
            records: [
                .init("", "MX", "mx.zoho.com", priority: 10),
                .init("", "MX", "mx2.zoho.com", priority: 20),
                .init("", "MX", "mx3.zoho.com", priority: 50),
                .init("", "TXT", "v=spf1 include:zohomail.com ~all"),
                .init("", "TXT", "zoho-verification={{verification}}"),
            ]
        ),
        Service(
            id: 5,
            name: "Proton Mail",
            sid: "proton-mail",
            description: "End-to-end encrypted mail with Proton.",
            setupDescription: "Add the domain in Proton's settings, which show these values.",
            settings: [
                ServiceSetting(
                    "verification",
                    label: "Verification code",
                    description: "The code after protonmail-verification=.",
                    example: "9e3f0b4f8c5d1a2b3c4d5e6f7a8b9c0d1e2f3a4b",
                    form: .token(prefix: "protonmail-verification=")
                ),
                ServiceSetting(
                    "dkim",
                    label: "DKIM name",
                    append: ".domains.proton.ch",
                    description: "The part between protonmail.domainkey. and .domains.proton.ch of the DKIM targets.",
                    example: "dh3xxlnv4dwk2k5qgm6d4x2vtrmzsgtvyxoqxb2y5lbhxf4k5xyza",
                    form: .label
                ),
            ],
            records: [
                .init("", "TXT", "protonmail-verification={{verification}}"),
                .init("", "MX", "mail.protonmail.ch", priority: 10),
                .init("", "MX", "mailsec.protonmail.ch", priority: 20),
                .init("", "TXT", "v=spf1 include:_spf.protonmail.ch ~all"),
                .init("protonmail._domainkey", "CNAME", "protonmail.domainkey.{{dkim}}.domains.proton.ch"),
                .init("protonmail2._domainkey", "CNAME", "protonmail2.domainkey.{{dkim}}.domains.proton.ch"),
                .init("protonmail3._domainkey", "CNAME", "protonmail3.domainkey.{{dkim}}.domains.proton.ch"),
                .init("_dmarc", "TXT", "v=DMARC1; p=quarantine"),
            ]
        ),
        Service(
            id: 6,
            name: "iCloud Mail",
            sid: "icloud-mail",
            description: "Mail with an iCloud+ custom domain.",
            setupDescription: "Add the domain in the settings of iCloud Mail, which show the personal code.",
            settings: [
                ServiceSetting(
                    "verification",
                    label: "Personal code",
                    description: "The code after apple-domain=.",
                    example: "HNrDlz9kGRkSr8Ca",
                    form: .token(prefix: "apple-domain=")
                )
            ],
            records: [
                .init("", "MX", "mx01.mail.icloud.com", priority: 10),
                .init("", "MX", "mx02.mail.icloud.com", priority: 10),
                .init("", "TXT", "apple-domain={{verification}}"),
                .init("", "TXT", "v=spf1 include:icloud.com ~all"),
                .init("sig1._domainkey", "CNAME", "sig1.dkim.{{domain}}.at.icloudmailadmin.com"),
            ]
        ),
        Service(
            id: 7,
            name: "Mailgun",
            sid: "mailgun",
            description: "Sending, receiving and tracking of mail at a subdomain with Mailgun (US region).",
            setupDescription: "Add mg below the domain in Mailgun, which shows the DKIM key.",
            defaultSubdomain: "mg",
            settings: [
                ServiceSetting(
                    "selector",
                    label: "DKIM selector",
                    append: "._domainkey",
                    description: "The first part of the name of the DKIM record.",
                    example: "pic",
                    form: .label
                ),
                ServiceSetting(
                    "dkim",
                    label: "DKIM key",
                    description: "The public key after p=.",
                    example: "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
                    form: .token(prefix: "p=")
                ),
            ],
            records: [
                .init("mg", "MX", "mxa.mailgun.org", priority: 10),
                .init("mg", "MX", "mxb.mailgun.org", priority: 10),
                .init("mg", "TXT", "v=spf1 include:mailgun.org ~all"),
                .init("{{selector}}._domainkey.mg", "TXT", "k=rsa; p={{dkim}}"),
                .init("email.mg", "CNAME", "mailgun.org"),
            ]
        ),
        Service(
            id: 8,
            name: "SendGrid",
            sid: "sendgrid",
            description: "Sending of mail authenticated for the domain with SendGrid.",
            setupDescription: "Authenticate the domain in SendGrid with automated security, which shows these values.",
            settings: [
                ServiceSetting(
                    "subdomain",
                    label: "Return path",
                    description: "The name below the domain that SendGrid chose for the return path.",
                    example: "em1234",
                    form: .label
                ),
                ServiceSetting(
                    "host",
                    label: "SendGrid host",
                    description: "The host that the return path's CNAME points at.",
                    example: "u1234567.wl123.sendgrid.net",
                    form: .host
                ),
            ],
            records: [
                .init("{{subdomain}}", "CNAME", "{{host}}"),
                .init("s1._domainkey", "CNAME", "s1.domainkey.{{host}}"),
                .init("s2._domainkey", "CNAME", "s2.domainkey.{{host}}"),
            ]
        ),
        Service(
            id: 9,
            name: "Postmark",
            sid: "postmark",
            description: "Sending of mail with Postmark: DKIM and the return path.",
            setupDescription: "Add the domain as a sender in Postmark, which shows the DKIM record.",
            settings: [
                ServiceSetting(
                    "selector",
                    label: "DKIM selector",
                    append: "._domainkey",
                    description: "The first part of the name of the DKIM record.",
                    example: "20260101000000pm",
                    form: .label
                ),
                ServiceSetting(
                    "dkim",
                    label: "DKIM key",
                    description: "The public key after p=.",
                    example: "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC",
                    form: .token(prefix: "p=")
                ),
            ],
            records: [
                .init("{{selector}}._domainkey", "TXT", "k=rsa; p={{dkim}}"),
                .init("pm-bounces", "CNAME", "pm.mtasv.net"),
            ]
        ),
    ]
}
