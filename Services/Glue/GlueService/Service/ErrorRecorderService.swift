// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import ServiceLifecycle

/// Writes error reports until the daemon stops, and what is left then. List it first: it stops last.
struct ErrorRecorderService: Service {
    let errors: ErrorRecorder

    func run() async throws {
        await cancelWhenGracefulShutdown { [errors] in await errors.run() }
        await errors.flush()
    }
}
