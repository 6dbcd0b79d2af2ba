// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import ServiceLifecycle

/// Puts secondary zones in place that workers have fetched. Several may run: a zone is put in place once.
struct SecondaryApplier: Service {
    let editor: ZoneEditor
    var interval = Duration.milliseconds(500)
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.apply()
                // Cancelled by shutdown; the loop's condition ends it then.
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    private func apply() async {
        do {
            while try await self.editor.applySecondaryZones() > 0 {}
        } catch {
            guard !Task.isCancelled else { return }
            self.logger.warning("cannot put secondary zones in place", metadata: ["error": "\(error)"])
        }
    }
}
