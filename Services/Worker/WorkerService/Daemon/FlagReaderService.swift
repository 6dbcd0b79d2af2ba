// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import ServiceLifecycle

/// Keeps the flags up to date.
struct FlagReaderService: Service {
    let flags: FlagReader

    func run() async throws {
        await cancelWhenGracefulShutdown { await flags.run() }
    }
}
