// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
package import Runtime
import ServiceLifecycle

/// The API's HTTP server as a service: ready once it listens, drained on graceful shutdown.
package struct WebService: Service {
    private let router: APIRouter
    private let configuration: WebConfiguration
    private let readiness: Readiness
    private let logger: Logger

    /// The component name in `/readyz`.
    static let component = "http"

    package init(router: APIRouter, configuration: WebConfiguration, context: DaemonContext) {
        self.router = router
        self.configuration = configuration
        self.readiness = context.readiness
        self.logger = context.logger
        self.readiness.register(Self.component)
    }

    /// Serves until graceful shutdown.
    ///
    /// - Throws: `DaemonError` when the address cannot be listened on.
    package func run() async throws {
        do {
            try await withTaskExecutorPreference(EventLoopExecutor(anyOf: MultiThreadedEventLoopGroup.singleton)) {
                try await self.application.run()
            }
        } catch let error where error is IOError || error is SocketAddressError.UnknownHost {
            throw DaemonError.cannotListen(on: self.configuration.listen, option: "listen", error: error)
        }
    }

    private var application: some ApplicationProtocol {
        let listen = self.configuration.listen
        let router = self.router
        return Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [
                        MalformedRequestHandler(limiter: router.limiter, clock: router.clock),
                        SlowBodyHandler(grace: TimeAmount(self.configuration.idleTimeout)),
                        DynamicConnectionHandler(),
                    ],
                    idleTimeout: TimeAmount(self.configuration.idleTimeout),
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: 16 << 10,
                        maxHeaderListSize: 32 << 10,
                        maxHeaderFieldCount: 100
                    )
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(listen.host, port: listen.port),
                backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(self.configuration.maximumConnections)
            ),
            onServerRunning: { channel in
                let address = channel.localAddress.map(String.init(describing:)) ?? listen.description
                self.logger.info("listening", metadata: ["address": "\(address)"])
                self.readiness.set(Self.component, .ready)
            },
            logger: self.quietLogger
        )
    }

    /// Hummingbird tells at info level what is logged here already; whoever debugs gets all of it.
    private var quietLogger: Logger {
        var logger = self.logger
        if logger.logLevel == .info {
            logger.logLevel = .notice
        }
        return logger
    }
}
