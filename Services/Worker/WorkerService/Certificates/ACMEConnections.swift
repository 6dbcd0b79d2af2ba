// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import ServiceLifecycle

/// Closes the connections to the certificate authority at the end.
struct ACMEConnections: ServiceLifecycle.Service {
    let transport: ACMETransport

    func run() async throws {
        try? await gracefulShutdown()
        await transport.shutdown()
    }
}
