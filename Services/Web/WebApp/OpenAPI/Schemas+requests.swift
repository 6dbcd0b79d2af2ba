// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// What clients send, as far as several operations take it.
///
/// A schema never allows less than the validation does. Where it allows more, the operation says so in words.
extension APISchema {
    /// A name that a customer can own: two labels or more. Letters of all languages, and the dots that IDNA knows.
    static let domainName = APISchema.text(
        atLeast: 3,
        atMost: 254,
        pattern: "^\(hostOctets)+(\(dots)\(hostOctets)+)+\(dots)?$"
    )

    /// Several of them.
    static func domainNames(atLeast least: Int = 0, atMost most: Int) -> APISchema {
        .list(of: .domainName, atLeast: least, atMost: most, isUnique: true)
    }

    /// Characters of a host name: all of ASCII but letters, digits, hyphens and RFC 2317's slash is left out, and dots.
    private static let hostOctets =
        "[^\\u0000-\\u002c\\u002e\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u007f\\u3002\\uff0e\\uff61]"
    private static let dots = "[.\\u3002\\uff0e\\uff61]"

    /// A dot-atom, an `@` and a host name.
    static let emailAddress = APISchema.text(atLeast: 5, atMost: 254, pattern: "^\(mailbox)$")
    /// The same with white space around it, which a contact may have.
    static let contactEmail = APISchema.text(atLeast: 5, atMost: 255, pattern: "^\\s*\(mailbox)\\s*$")
    private static let mailbox =
        "\(atomOctets)+(\\.\(atomOctets)+)*@\(hostOctets)+(\(dots)\(hostOctets)+)+\(dots)?"
    private static let atomOctets = "[^\\u0000-\\u0020\"(),.:;<>@\\[\\\\\\]\\u007f]"

    /// The short name of a template.
    static let shortName = APISchema.text(
        atLeast: 1,
        atMost: 100,
        pattern: "^[0-9A-Za-z_-]*[A-Za-z_-][0-9A-Za-z_-]*$"
    )

    /// A port as some clients send it, in digits.
    static let portDigits = APISchema.text(pattern: "^\\+?0*\(ports)$")
    private static let ports =
        "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"

    /// Where a webhook is delivered to.
    static let webhookAddress = APISchema.text(
        atMost: 2_048,
        pattern: "^[Hh][Tt][Tt][Pp][Ss]://(\\[[0-9A-Fa-f.:]+\\]|[0-9A-Za-z_-]{1,63}(\\.[0-9A-Za-z_-]{1,63})*)"
            + "(:0*\(ports))?([/?][!$-;=?-\\[\\]_a-z~]*)?$"
    )

    /// Where a browser goes with an authorization code: HTTPS, HTTP to the same machine, or a scheme of one's own.
    static let redirectURI = APISchema.text(
        atMost: 2_000,
        pattern: "^(([Hh][Tt][Tt][Pp][Ss]://(\\[[!$-.0->A-Z^-~]*\\]|[!$-.0-9;-=A-Z\\]-~>]+)"
            + "|[Hh][Tt][Tt][Pp]://(127\\.0\\.0\\.1|\\[::1\\]))(:[0-9]*)?([/?]\(uriOctets)*)?"
            + "|[0-9A-Za-z.-]*\\.[0-9A-Za-z.-]*:/\(uriOctets)*)$"
    )
    private static let uriOctets = "[!$-\\[\\]-~]"

    /// A scope of a token.
    static let scope = APISchema.text(
        pattern: "^((certificates|domains|registrar|zones):[^:\\u0000]{1,254}"
            + "|(\\*|account|analytics|audit|billing|contacts|email_forwards|oauth_applications|pushes|secondary_dns"
            + "|services|templates|tokens|vanity|webhooks):\\*\\.?):(read|write)$"
    )
    /// A rule of a token's policy for records.
    static let policyRule = APISchema.text(pattern: "^[^:\\u0000]{1,253}:(\\*|[A-Za-z][0-9A-Za-z-]*)$")
    /// An address or a network.
    static let network = APISchema.text(pattern: "^[0-9A-Fa-f.:]+(/(0|[1-9][0-9]{0,2}))?$")

    /// A time in the future of a client's making.
    static let clientTime = APISchema.text(
        pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:?[0-9]{2})$"
    )

    /// A day since 1970, or a second of it, in UTC.
    static let dayOrTime = APISchema.text(
        pattern: "^((19[7-9][0-9]|[2-9][0-9]{3})-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
            + "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
            + "|(19(7[26]|8[048]|9[26])|[2-9][0-9](0[48]|[2468][048]|[13579][26])|(2[048]|[3579][26]|[468][048])00)-02-29)"
            + "(T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z)?$"
    )

    /// The country of a contact: ISO 3166-1 in letters of either case, perhaps with white space around it.
    static let country = APISchema.text(atLeast: 2, atMost: 255, pattern: "^\\s*[A-Za-z]{2}\\s*$")
    /// A telephone number with five digits or more, perhaps with an extension.
    static let phone = APISchema.text(
        atLeast: 5,
        atMost: 255,
        pattern: "^\\s*[ +.()/-]*([0-9][ +.()/-]*){5,15}([Xx][0-9]+)?\\s*$"
    )

    /// The number of a DS record's field, as a number or in digits.
    static func number(_ range: ClosedRange<Int64>) -> APISchema {
        .either([.within(range), .text(atLeast: 1, pattern: "^[\\s0-9]*[0-9][\\s0-9]*$")])
    }

    /// Seconds for which a record may be kept.
    static let ttl = APISchema.within(1...2_147_483_647)
    /// A record's type.
    static let recordType = APISchema.text(atLeast: 1, pattern: "^[A-Za-z][0-9A-Za-z-]*$")
    /// The places where a record is served; none means everywhere.
    static let regions = APISchema.list(of: .values(RecordRegion.all), isUnique: true)

    /// A note: something visible, and no control characters but tabs and line ends.
    static let note = APISchema.text(atLeast: 1, atMost: 4_000, pattern: "^\(noteText)*\(noteVisible)\(noteText)*$")
    private static let noteText = "[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]"
    private static let noteVisible =
        "[^\\u0000-\\u0020\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"

    /// Labels with their values.
    static let labels = APISchema.map(
        of: .text(atMost: 255, pattern: "^[^,\\u0000-\\u001f\\u007f-\\u009f]*$"),
        names: "^\(labelKey)$",
        atMost: 50
    )
    /// Labels that are asked for.
    static let labelSelector = APISchema.text(pattern: "^(\(labelTerm)(,\(labelTerm)){0,49})?$")
    private static let labelTerm = "\(labelKey)(=[^,\\u0000]*)?"
    private static let labelKey = "[a-z0-9]([a-z0-9_./-]{0,61}[a-z0-9])?"
}
