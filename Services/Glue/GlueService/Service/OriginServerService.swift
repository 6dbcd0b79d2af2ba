// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ServiceLifecycle
package import ZoneSync

/// The origin server as a service: at a graceful shutdown it sends the consumers elsewhere and ends.
package struct OriginServerService: Service {
    private let server: OriginServer

    package init(server: OriginServer) {
        self.server = server
    }

    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await server.run()
        } onGracefulShutdown: {
            server.drain()
        }
    }
}
