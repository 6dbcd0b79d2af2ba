// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import ResponderEngine
import Runtime

/// The options of TCP and TLS, and how they are read.
struct StreamOptions: Sendable {
    /// What zonewright-dns can be told about these.
    static let all: [DaemonOption] = [
        DaemonOption("tcp-threads", .integer(1...64), default: "1", help: "Threads that answer over TCP."),
        DaemonOption(
            "tcp-max-connections",
            .integer(1...1_000_000),
            default: "10000",
            help: "TCP connections open at once; then the idlest one makes room for a new one."
        ),
        DaemonOption(
            "tcp-max-connections-per-address",
            .integer(1...1_000_000),
            default: "128",
            help: "TCP, and likewise TLS, connections open at once from one IPv4 address or IPv6 /64."
        ),
        DaemonOption(
            "tcp-idle-timeout",
            .duration,
            default: "10s",
            help: "How long a TCP or TLS connection may go without a complete query or without reading its answers."
        ),
        DaemonOption(
            "tcp-keepalive-timeout",
            .duration,
            default: "30s",
            help: "What takes the place of tcp-idle-timeout for clients that ask to stay (RFC 7828)."
        ),
        DaemonOption(
            "tcp-max-queries",
            .integer(0...1_000_000_000),
            default: "0",
            help: "Queries answered on one connection before it is closed; 0 for any number."
        ),
        DaemonOption(
            "listen-tls",
            .addressList,
            help: "Addresses to answer at over TLS (RFC 7858), usually port 853; needs tls-certificate and tls-key."
        ),
        DaemonOption(
            "tls-certificate",
            .path,
            help: "PEM file of the certificate and those between it and a root. Read again when it changes."
        ),
        DaemonOption(
            "tls-key",
            .path,
            help: "PEM file of the certificate's private key, closed to other users. Read again when it changes."
        ),
        DaemonOption("tls-threads", .integer(1...64), default: "1", help: "Threads that answer over TLS."),
        DaemonOption(
            "tls-max-connections",
            .integer(1...1_000_000),
            default: "2000",
            help: "TLS connections open at once; each takes some 50 kB."
        ),
        DaemonOption(
            "tls-handshake-timeout",
            .duration,
            default: "5s",
            help: "How long a TLS handshake may take."
        ),
    ]

    /// Where TLS is spoken.
    let tlsListen: [HostPort]
    /// The certificate and its key; there where `tlsListen` names an address.
    let tlsFiles: TLSIdentity.Files?
    /// What TCP clients may take.
    private(set) var tcpLimits: TCPLimits
    /// What TLS clients may take.
    private(set) var tlsLimits: TCPLimits
    /// Event loops of each.
    let tcpThreads: Int
    let tlsThreads: Int

    /// Reads the settings; an error names the option.
    init(_ settings: Settings) throws(SettingsError) {
        var limits = TCPLimits()
        limits.connections = try settings.integer("tcp-max-connections")
        limits.connectionsPerAddress = try settings.integer("tcp-max-connections-per-address")
        limits.idleTimeout = TimeAmount(try settings.duration("tcp-idle-timeout"))
        limits.keepaliveTimeout = max(limits.idleTimeout, TimeAmount(try settings.duration("tcp-keepalive-timeout")))
        limits.handshakeTimeout = TimeAmount(try settings.duration("tls-handshake-timeout"))
        limits.queriesPerConnection = try settings.integer("tcp-max-queries")
        tcpLimits = limits
        limits.connections = try settings.integer("tls-max-connections")
        tlsLimits = limits
        tcpThreads = try settings.integer("tcp-threads")
        tlsThreads = try settings.integer("tls-threads")
        tlsListen = try Self.literals("listen-tls", settings)
        tlsFiles = try Self.files(settings, isNeeded: !tlsListen.isEmpty)
    }

    /// These options with as many connections as the process can have descriptors for; the log tells when that is less.
    func withinOpenFiles(_ logger: Logger) -> StreamOptions {
        let tls = tlsListen.isEmpty ? 0 : tlsLimits.connections
        let wanted = tcpLimits.connections + tls
        let available = OpenFiles.raise(to: wanted + OpenFiles.reserve) - OpenFiles.reserve
        guard available < wanted else { return self }
        var options = self
        options.tcpLimits.connections = max(1, tcpLimits.connections * available / wanted)
        options.tlsLimits.connections = max(1, tlsLimits.connections * available / wanted)
        logger.warning(
            "fewer connections than the options allow, for want of descriptors (RLIMIT_NOFILE)",
            metadata: [
                "tcp-max-connections": "\(options.tcpLimits.connections)",
                "tls-max-connections": "\(options.tlsLimits.connections)",
            ]
        )
        return options
    }

    /// The time-out that clients which ask for one are told, in units of 100 ms.
    var keepalive: UInt16 {
        UInt16(clamping: tcpLimits.keepaliveTimeout.nanoseconds / 100_000_000)
    }

    /// The addresses of an option, which have to be literal: names would have to be looked up, maybe here.
    static func literals(_ key: String, _ settings: Settings) throws(SettingsError) -> [HostPort] {
        let addresses = try settings.addresses(key)
        for address in addresses where (try? SocketAddress(ipAddress: address.host, port: address.port)) == nil {
            throw settings.refuse(key, "\(address.host) is not an IPv4 or IPv6 address")
        }
        return addresses
    }

    private static func files(
        _ settings: Settings,
        isNeeded: Bool
    ) throws(SettingsError) -> TLSIdentity.Files? {
        let certificate = try settings.optionalString("tls-certificate")
        let key = try settings.optionalString("tls-key")
        guard isNeeded else { return nil }
        guard let certificate else { throw settings.refuse("tls-certificate", "is needed by listen-tls") }
        guard let key else { throw settings.refuse("tls-key", "is needed by listen-tls") }
        return TLSIdentity.Files(certificate: certificate, key: key)
    }
}
