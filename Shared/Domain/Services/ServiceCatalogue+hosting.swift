// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

// Records as the providers' public documentation has them.

extension ServiceCatalogue {
    /// Services that show web pages at the domain.
    static let hosting: [Service] = [
        Service(
            id: 20,
            name: "GitHub Pages",
            sid: "github-pages",
            description: "A site of GitHub Pages at the domain and at www.",
            setupDescription: "Set the domain as the custom domain of the repository's pages.",
            settings: [
                ServiceSetting(
                    "owner",
                    label: "User or organization",
                    append: ".github.io",
                    description: "Whose site it is.",
                    example: "octocat",
                    form: .label
                )
            ],
            records: [
                .init("", "A", "185.199.108.153"), .init("", "A", "185.199.109.153"),
                .init("", "A", "185.199.110.153"), .init("", "A", "185.199.111.153"),
                .init("", "AAAA", "2606:50c0:8000::153"), .init("", "AAAA", "2606:50c0:8001::153"),
                .init("", "AAAA", "2606:50c0:8002::153"), .init("", "AAAA", "2606:50c0:8003::153"),
                .init("www", "CNAME", "{{owner}}.github.io"),
            ]
        ),
        Service(
            id: 21,
            name: "Netlify",
            sid: "netlify",
            description: "A site of Netlify at the domain and at www.",
            setupDescription: "Add the domain to the site in Netlify.",
            settings: [
                ServiceSetting(
                    "site",
                    label: "Site name",
                    append: ".netlify.app",
                    description: "The name of the site.",
                    example: "brave-curie-671954",
                    form: .label
                )
            ],
            records: [.init("", "A", "75.2.60.5"), .init("www", "CNAME", "{{site}}.netlify.app")]
        ),
        Service(
            id: 22,
            name: "Heroku",
            sid: "heroku",
            description: "An application of Heroku at www.",
            setupDescription: "Add www below the domain with heroku domains:add, which shows the DNS target.",
            defaultSubdomain: "www",
            settings: [
                ServiceSetting(
                    "target",
                    label: "DNS target",
                    append: ".herokudns.com",
                    description: "The first part of the DNS target that Heroku shows.",
                    example: "whispering-willow-5678",
                    form: .label
                )
            ],
            records: [.init("www", "CNAME", "{{target}}.herokudns.com")]
        ),
        Service(
            id: 23,
            name: "Shopify",
            sid: "shopify",
            description: "A shop of Shopify at the domain and at www.",
            setupDescription: "Connect the domain in the shop's settings.",
            records: [
                .init("", "A", "23.227.38.65"), .init("", "AAAA", "2620:0127:f00f:5::"),
                .init("www", "CNAME", "shops.myshopify.com"),
            ]
        ),
        Service(
            id: 24,
            name: "Squarespace",
            sid: "squarespace",
            description: "A site of Squarespace at the domain and at www.",
            setupDescription: "Connect the domain in Squarespace, which shows the code of the record for verification.",
            settings: [
                ServiceSetting(
                    "code",
                    label: "Verification code",
                    description: "The name of the CNAME record that points at verify.squarespace.com.",
                    example: "a1b2c3d4e5f6g7h8i9j0",
                    form: .label
                )
            ],
            records: [
                .init("", "A", "198.185.159.144"), .init("", "A", "198.185.159.145"),
                .init("", "A", "198.49.23.144"), .init("", "A", "198.49.23.145"),
                .init("www", "CNAME", "ext-cust.squarespace.com"),
                .init("{{code}}", "CNAME", "verify.squarespace.com"),
            ]
        ),
        Service(
            id: 25,
            name: "Vercel",
            sid: "vercel",
            description: "A project of Vercel at the domain and at www.",
            setupDescription: "Add the domain and www to the project in Vercel.",
            settings: [
                ServiceSetting(
                    "verification",
                    label: "Verification code",
                    description: "The value of the TXT record _vercel, where Vercel asks for one.",
                    example: "vc-domain-verify=example.com,0123456789abcdef0123",
                    form: .token(),
                    isRequired: false
                )
            ],
            records: [
                .init("", "A", "76.76.21.21"), .init("www", "CNAME", "cname.vercel-dns.com"),
                .init("_vercel", "TXT", "{{verification}}"),
            ]
        ),
        Service(
            id: 26,
            name: "Tumblr",
            sid: "tumblr",
            description: "A blog of Tumblr at the domain and at www.",
            setupDescription: "Set the domain as the custom domain of the blog.",
            records: [.init("", "A", "66.6.44.4"), .init("www", "CNAME", "domains.tumblr.com")]
        ),
        Service(
            id: 27,
            name: "Fly.io",
            sid: "fly-io",
            description: "An application of Fly.io at the domain and at www.",
            setupDescription: "Give the application an IPv4 address and certificates for the domain and www.",
            settings: [
                ServiceSetting(
                    "app",
                    label: "Application",
                    append: ".fly.dev",
                    description: "The name of the application.",
                    example: "wandering-sun-1234",
                    form: .label
                ),
                ServiceSetting(
                    "ip",
                    label: "IPv4 address",
                    description: "The address that fly ips list shows.",
                    example: "192.0.2.10",
                    form: .address
                ),
            ],
            records: [.init("", "A", "{{ip}}"), .init("www", "CNAME", "{{app}}.fly.dev")]
        ),
    ]
}
