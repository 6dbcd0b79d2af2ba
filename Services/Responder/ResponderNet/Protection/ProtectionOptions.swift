// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOPosix
import ResponderEngine
import Runtime

/// The options of cookies, rate limits and NSID, and how they are read.
struct ProtectionOptions: Sendable {
    /// What zonewright-dns can be told about these.
    static let all: [DaemonOption] = [
        DaemonOption(
            "nsid",
            help:
                "Answer to the EDNS option NSID: text, or octets as 0x and hexadecimal digits; without it there is none."
        ),
        DaemonOption(
            "cookies",
            .choice(["off", "on", "required"]),
            default: "on",
            help:
                "DNS cookies. With required, clients that send a cookie without a good server cookie get BADCOOKIE over UDP."
        ),
        DaemonOption(
            "cookie-secret-file",
            .path,
            help:
                "File of secrets of 32 hexadecimal digits, one a line; the first one makes cookies, all are accepted. "
                + "Read again when it changes. Without it a secret of this process and its successors alone."
        ),
        DaemonOption(
            "rrl-rate",
            .integer(0...RateLimits.maximumRate),
            default: "200",
            help: "Alike responses a second over UDP to one network, a /24 or an IPv6 /56; 0 limits nothing."
        ),
        rate("nodata", "Responses without records for one zone"),
        rate("nxdomain", "NXDOMAIN responses for one zone"),
        rate("referral", "Referrals for one delegated name"),
        rate("refused", "REFUSED responses"),
        rate("error", "Other errors"),
        DaemonOption(
            "rrl-zone-rate",
            .integer(0...RateLimits.maximumRate),
            default: "0",
            help: "Responses of one zone a second over UDP to all networks together; 0 for no limit."
        ),
        DaemonOption(
            "rrl-window",
            .integer(1...3600),
            default: "15",
            help: "Seconds at most until a network that went above a rate is answered again after it stopped."
        ),
        DaemonOption(
            "rrl-slip",
            .integer(0...10),
            default: "2",
            help: "Every how many-th limited response is sent truncated instead of dropped; 1 for all, 0 for none."
        ),
        DaemonOption(
            "rrl-exempt",
            .list,
            default: "127.0.0.0/8,::1",
            help: "Networks and addresses that are never limited; none for no exception."
        ),
        DaemonOption("rrl-trial", .boolean, default: "false", help: "Count what would be limited, and send it."),
        DaemonOption(
            "rrl-table-size",
            .integer(1024...(1 << 24)),
            default: "262144",
            help: "Entries of the table of rate limits, eight octets each, rounded up to a power of two."
        ),
    ]

    /// The octets of NSID.
    let identifier: [UInt8]?
    /// Whether cookies are answered.
    let hasCookies: Bool
    /// Whether good ones are asked for.
    let requiresCookies: Bool
    /// The file of secrets.
    let secretPath: String?
    /// The rate limits; nil when there are none.
    let limits: RateLimits?

    /// Reads the settings; an error names the option.
    init(_ settings: Settings) throws(SettingsError) {
        identifier = try Self.identifier(settings)
        let cookies = try settings.string("cookies")
        hasCookies = cookies != "off"
        requiresCookies = cookies == "required"
        secretPath = try settings.optionalString("cookie-secret-file")
        limits = try Self.limits(settings)
    }

    /// Puts all of it into effect: reads the secrets, makes the table, and has the secrets read again when they change.
    ///
    /// - Parameter inherited: The secrets of the process whose place is taken; they count where no file is named.
    func apply(
        to engine: inout ResponderConfiguration,
        _ context: DaemonContext,
        inheriting inherited: [CookieSecret] = []
    ) throws {
        engine.serverIdentifier = identifier
        engine.requiresCookies = requiresCookies
        if hasCookies { engine.cookies = try cookies(context, inherited) }
        guard let limits else { return }
        guard let limiter = RateLimiter(limits) else {
            throw DaemonError.unavailable("no memory for the table of rate limits (option rrl-table-size)")
        }
        engine.limiter = limiter
    }

    private func cookies(_ context: DaemonContext, _ inherited: [CookieSecret]) throws -> CookieSecrets {
        guard let secretPath else {
            var generator = SystemRandomNumberGenerator()
            guard inherited.isEmpty else { return CookieSecrets(inherited) }
            return CookieSecrets([.random(using: &generator)])
        }
        let secrets: CookieSecrets
        do throws(CookieSecretFile.Failure) {
            secrets = CookieSecrets(try CookieSecretFile.read(secretPath))
        } catch {
            throw DaemonError.unavailable("\(error) (option cookie-secret-file)")
        }
        context.reloads.register("cookie-secret-file", watching: [secretPath]) {
            let read = try await NIOThreadPool.singleton.runIfActive { try CookieSecretFile.read(secretPath) }
            secrets.replace(with: read)
        }
        return secrets
    }

    private static func rate(_ kind: String, _ what: String) -> DaemonOption {
        DaemonOption(
            "rrl-\(kind)-rate",
            .integer(0...RateLimits.maximumRate),
            help: "\(what) a second over UDP to one network; 0 for no limit. Without it what rrl-rate says."
        )
    }

    private static func limits(_ settings: Settings) throws(SettingsError) -> RateLimits? {
        var limits = RateLimits()
        let rate = try settings.integer("rrl-rate")
        limits.answers = rate
        limits.noData = try settings.optionalInteger("rrl-nodata-rate") ?? rate
        limits.nameErrors = try settings.optionalInteger("rrl-nxdomain-rate") ?? rate
        limits.referrals = try settings.optionalInteger("rrl-referral-rate") ?? rate
        limits.refusals = try settings.optionalInteger("rrl-refused-rate") ?? rate
        limits.errors = try settings.optionalInteger("rrl-error-rate") ?? rate
        limits.zone = try settings.integer("rrl-zone-rate")
        limits.window = try settings.integer("rrl-window")
        limits.slip = try settings.integer("rrl-slip")
        limits.isTrial = try settings.boolean("rrl-trial")
        limits.tableSize = try settings.integer("rrl-table-size")
        for text in try settings.list("rrl-exempt") where text != "none" {
            guard let prefix = ClientPrefix(text: text) else {
                throw settings.refuse("rrl-exempt", "\"\(text)\" is not an address or a network")
            }
            limits.exempt.append(prefix)
        }
        return limits.limitsAnything ? limits : nil
    }

    private static func identifier(_ settings: Settings) throws(SettingsError) -> [UInt8]? {
        guard let text = try settings.optionalString("nsid"), !text.isEmpty else { return nil }
        var octets = Array(text.utf8)
        if text.hasPrefix("0x") {
            let digits = text.dropFirst(2).compactMap(\.hexDigitValue)
            guard digits.count == text.count - 2, digits.count.isMultiple(of: 2), !digits.isEmpty else {
                throw settings.refuse("nsid", "has 0x in front of something else than pairs of hexadecimal digits")
            }
            octets = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
        }
        guard octets.count <= ResponderConfiguration.maximumIdentifier else {
            throw settings.refuse("nsid", "has more than \(ResponderConfiguration.maximumIdentifier) octets")
        }
        return octets
    }
}
