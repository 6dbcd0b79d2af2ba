// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc
import NIOCore
import ResponderEngine
package import Runtime
import ZoneSync

/// What zonewright-dns can be told, and how it is read.
package struct ResponderOptions: Sendable {
    /// All options besides those that every daemon has.
    package static let all =
        serving + OriginTLSOptions.files.all + StreamOptions.all + ProtectionOptions.all + TransferOptions.all
        + OperatorOptions.all + [.opsListen("127.0.0.1:8055")]

    private static let serving: [DaemonOption] = [
        DaemonOption(
            "listen",
            .addressList,
            default: "127.0.0.1:5300",
            help: "Addresses to answer at, over UDP and TCP."
        ),
        DaemonOption("data-dir", .path, help: "Folder of the zones held; made when it is not there."),
        .takeOver,
        DaemonOption(
            "upstream",
            .addressList,
            help:
                "Addresses of zonewright-glue to follow, in order of preference. Without any, only what is held is served."
        ),
        .nodeName(help: "Name under which this responder is known to the glue. Without it the machine's name."),
        DaemonOption("site", help: "Name of the place that this responder stands at; told to the glue."),
        DaemonOption(
            "region",
            help: "Region of the site, such as AMS: records limited to regions are served where theirs is named here."
        ),
        DaemonOption(
            "analytics-interval",
            .duration,
            default: "60s",
            help: "How often the queries of each zone are reported to the glue, 1s to 10m; 0 does not count them."
        ),
        DaemonOption(
            "udp-threads",
            .integer(0...256),
            default: "0",
            help: "Threads for each address that answer over UDP; 0 takes one a processor."
        ),
        DaemonOption(
            "max-udp-payload",
            .integer(512...4096),
            default: "1232",
            help: "Largest response over UDP in octets, whatever the query allows."
        ),
        DaemonOption(
            "minimal-responses",
            .boolean,
            default: "false",
            help:
                "Leave the zone's NS records out of positive answers. NSD and BIND put them in, Knot and PowerDNS do not."
        ),
        DaemonOption(
            "version-text",
            help: "Answer to version.bind in class CH; without it the question is refused."
        ),
        DaemonOption(
            "identity",
            help: "Answer to id.server and hostname.bind in class CH; without it the questions are refused."
        ),
    ]

    let listen: [HostPort]
    let dataFolder: String
    /// Whether the place of a process that runs with the same folder is to be taken.
    let takesOver: Bool
    let upstreams: [FollowerClient.Upstream]
    let nodeName: String
    /// Empty when not given.
    let site: String
    let region: String
    /// How often queries by zone are reported; nil for not at all.
    let analyticsInterval: Duration?
    let udpThreads: Int
    let streams: StreamOptions
    let engine: ResponderConfiguration
    let protection: ProtectionOptions
    let transfers: TransferOptions
    let operators: OperatorOptions

    /// Reads the settings; an error names the option (exit status 64).
    package init(_ settings: Settings) throws(SettingsError) {
        let listen = try StreamOptions.literals("listen", settings)
        guard !listen.isEmpty else { throw settings.refuse("listen", "names no address") }
        self.listen = listen
        dataFolder = try settings.string("data-dir")
        takesOver = try settings.boolean(DaemonOption.takeOver.key)
        upstreams = try settings.addresses("upstream").map {
            FollowerClient.Upstream(host: $0.host, port: $0.port)
        }
        let name = try settings.optionalString("node-name") ?? Self.machineName
        guard OriginNode.isValid(name: name) else {
            throw settings.refuse("node-name", "\"\(name)\" is not 1-63 letters, digits, '-', '_' or '.'")
        }
        nodeName = name
        site = try Self.place(settings, "site")
        region = try Self.place(settings, "region")
        let interval = try settings.duration("analytics-interval")
        guard interval == .zero || (.seconds(1) ... .seconds(600)).contains(interval) else {
            throw settings.refuse("analytics-interval", "is neither 0 nor 1s to 10m")
        }
        // Without a glue there is nobody to report to.
        analyticsInterval = interval == .zero || upstreams.isEmpty ? nil : interval
        let udpThreads = try settings.integer("udp-threads")
        self.udpThreads = udpThreads == 0 ? max(System.coreCount, 1) : udpThreads
        streams = try StreamOptions(settings)
        var engine = ResponderConfiguration()
        engine.maximumPayload = try settings.integer("max-udp-payload")
        engine.isMinimal = try settings.boolean("minimal-responses")
        engine.versionText = try Self.characterString(settings, "version-text")
        engine.identityText = try Self.characterString(settings, "identity")
        engine.keepalive = streams.keepalive
        protection = try ProtectionOptions(settings)
        transfers = try TransferOptions(settings)
        operators = try OperatorOptions(settings)
        self.engine = engine
    }

    /// How this responder introduces itself to the glue.
    var node: OriginNode {
        OriginNode(
            name: nodeName,
            role: "responder",
            software: "zonewright-dns/\(BuildVersion.current)",
            site: site,
            region: region,
            address: listen.first?.description ?? ""
        )
    }

    private static func place(_ settings: Settings, _ key: String) throws(SettingsError) -> String {
        guard let name = try settings.optionalString(key), !name.isEmpty else { return "" }
        guard OriginNode.isValid(name: name) else {
            throw settings.refuse(key, "\"\(name)\" is not 1-63 letters, digits, '-', '_' or '.'")
        }
        return name
    }

    private static func characterString(_ settings: Settings, _ key: String) throws(SettingsError) -> [UInt8]? {
        guard let text = try settings.optionalString(key) else { return nil }
        guard text.utf8.count <= 255 else { throw settings.refuse(key, "has more than 255 octets") }
        return Array(text.utf8)
    }

    private static var machineName: String {
        var name = [CChar](repeating: 0, count: 256)
        // SAFETY: the buffer's size is passed along, and its last octet stays zero.
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "responder" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
