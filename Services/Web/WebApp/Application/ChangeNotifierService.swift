// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import ServiceLifecycle

/// Runs the notes to the publisher until shutdown, then sends the last one.
struct ChangeNotifierService: Service {
    let notifier: ChangeNotifier
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await self.notifier.run()
        }
        do {
            try await self.notifier.notify()
        } catch {
            // The note is a hint: the publisher polls, too.
            self.logger.debug("cannot notify the publisher", metadata: ["error": "\(error)"])
        }
    }
}
