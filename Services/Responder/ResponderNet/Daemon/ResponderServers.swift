// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import NIOCore
import NIOPosix
import ResponderEngine
import Runtime
import ServiceLifecycle
import ZoneStore

/// The servers of a responder: UDP, TCP, and TLS where it is wanted.
struct ResponderServers: Sendable {
    /// How long a client may be about to send its next query before a successor's connection is better for it.
    private static let handoverPatience = TimeAmount.seconds(2)

    let udp: UDPServer
    let tcp: TCPServer
    let tls: TCPServer?
    private let listeners: ResponderListeners
    private let readiness: Readiness

    /// Binds or inherits all sockets, and takes nothing from them yet.
    init(
        _ options: ResponderOptions,
        engine: ResponderConfiguration,
        transfers: TransferRunner?,
        store: ZoneStore,
        context: DaemonContext,
        handed: HandedSockets?
    ) async throws {
        let streams = options.streams.withinOpenFiles(context.logger)
        let identity = try streams.tlsFiles.map { try Self.identity($0, context) }
        listeners = try ResponderListeners(options, from: handed)
        readiness = context.readiness
        var configuration = TCPServer.Configuration(engine: engine, limits: streams.tcpLimits)
        configuration.transfers = transfers
        configuration.threads = streams.tcpThreads
        let tcp = try await TCPServer(store: store, listeners: listeners.tcp, configuration: configuration)
        var tls: TCPServer?
        do {
            if let identity {
                configuration.limits = streams.tlsLimits
                configuration.threads = streams.tlsThreads
                configuration.tls = identity
                tls = try await TCPServer(store: store, listeners: listeners.tls, configuration: configuration)
            }
            udp = try UDPServer(
                store: store,
                addresses: listeners.udpAddresses,
                threads: options.udpThreads,
                configuration: engine,
                inherited: listeners.inheritedUDP(from: handed, threads: options.udpThreads)
            )
        } catch {
            await tcp.close()
            await tls?.close()
            throw error is UDPServerError ? DaemonError.unavailable("\(error) (option listen)") : error
        }
        self.tcp = tcp
        self.tls = tls
    }

    /// Begins to answer over TCP and TLS.
    func startStreams() async throws {
        do {
            try await tcp.start()
            try await tls?.start()
        } catch {
            await tcp.close()
            await tls?.close()
            throw error
        }
    }

    /// What serves until shutdown.
    var services: [any Service] {
        [tcp] + (tls.map { [$0] } ?? []) + [UDPService(server: udp, readiness: readiness)]
    }

    /// What each thread of all servers has counted.
    var counters: [ResponderCounters] { udp.counters + tcp.counters + (tls?.counters ?? []) }

    /// The addresses answered at, for people.
    var descriptions: [String] {
        udp.addresses.map { "\($0) udp" } + tcp.addresses.map { "\($0) tcp" }
            + (tls?.addresses.map { "\($0) tls" } ?? [])
    }

    /// What a handover to a successor does to the servers.
    ///
    /// - Parameters:
    ///   - cookies: The secrets of cookies, which the successor may go on with.
    ///   - drainTimeout: How long the process may take to end after it.
    func handoverActions(cookies: CookieSecrets?, drainTimeout: Duration) -> HandoverHost.Actions {
        // A part is left for the ordinary way to stop, which follows.
        let limit = max(.seconds(1), TimeAmount(drainTimeout) - .seconds(5))
        let (listeners, udp, tcp, tls) = (listeners, udp, tcp, tls)
        return HandoverHost.Actions(
            sockets: { listeners.handed(with: udp) },
            cookieSecrets: { cookies?.all ?? [] },
            stopAccepting: {
                await tcp.stopAccepting()
                await tls?.stopAccepting()
            },
            stopAnswering: { await Self.stop(udp) },
            drain: {
                async let ofTCP: Void = tcp.drain(patience: Self.handoverPatience, limit: limit)
                async let ofTLS: Void? = tls?.drain(patience: Self.handoverPatience, limit: limit)
                _ = await (ofTCP, ofTLS)
            }
        )
    }

    /// Joins the threads of a UDP server, which blocks for up to a second.
    static func stop(_ server: UDPServer) async {
        try? await NIOThreadPool.singleton.runIfActive { server.stop() }
    }

    private static func identity(_ files: TLSIdentity.Files, _ context: DaemonContext) throws -> TLSIdentity {
        let identity: TLSIdentity
        do {
            identity = try TLSIdentity(files)
        } catch {
            throw DaemonError.unavailable("\(error) (options tls-certificate, tls-key)")
        }
        context.reloads.register("tls-certificate", watching: [files.certificate, files.key]) {
            try await NIOThreadPool.singleton.runIfActive { try identity.reload() }
        }
        return identity
    }
}

/// The engine's UDP threads as a service.
struct UDPService: Service {
    let server: UDPServer
    let readiness: Readiness

    func run() async throws {
        try server.start()
        readiness.set("sockets", .ready)
        try? await gracefulShutdown()
        await ResponderServers.stop(server)
    }
}
