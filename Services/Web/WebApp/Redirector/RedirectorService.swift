// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Postgres
import Runtime
import ServiceLifecycle

/// The listener of `zonewright-web` that answers for URL records.
///
/// Its look-ups have connections of their own: whoever asks for names without end does not take those of the API.
struct RedirectorService: Service {
    /// How the listener runs.
    struct Configuration: Sendable {
        var listen: HostPort
        var idleTimeout: Duration
        var maximumConnections: Int

        /// nil when there is no such listener.
        init?(_ settings: Settings) throws(SettingsError) {
            guard let listen = try settings.addresses("redirector-listen").first else { return nil }
            self.listen = listen
            idleTimeout = try settings.duration("idle-timeout")
            maximumConnections = try settings.integer("maximum-connections")
        }
    }

    /// The component name in `/readyz`.
    static let component = "redirector"

    private let responder: RedirectResponder
    private let configuration: Configuration
    private let readiness: Readiness
    private let logger: Logger

    init(pool: PostgresPool, configuration: Configuration, context: DaemonContext) {
        let store = RedirectStore(pool: pool)
        responder = RedirectResponder(
            find: { try await store.target(host: $0) },
            cache: RedirectCache(),
            logger: context.logger
        )
        self.configuration = configuration
        readiness = context.readiness
        logger = context.logger
        readiness.register(Self.component)
        context.metrics.describe("redirector_requests_total", help: "Requests to the redirector, by status.")
    }

    func run() async throws {
        do {
            try await application.run()
        } catch let error where error is IOError || error is SocketAddressError.UnknownHost {
            throw DaemonError.cannotListen(on: configuration.listen, option: "redirector-listen", error: error)
        }
    }

    private var application: some ApplicationProtocol {
        Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [DynamicConnectionHandler()],
                    idleTimeout: TimeAmount(configuration.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 32 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.listen.host, port: configuration.listen.port),
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.maximumConnections)
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map(String.init(describing:)) ?? configuration.listen.description
                logger.info("the redirector is listening", metadata: ["address": "\(address)"])
                readiness.set(Self.component, .ready)
            },
            logger: quietLogger
        )
    }

    private var quietLogger: Logger {
        var logger = logger
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
