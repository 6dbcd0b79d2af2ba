// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Logging
import ServiceLifecycle

/// Removes old challenge records every minute. The web tier does it, not a worker: it is a change of customers' records,
/// and nobody else has the rights for those. Several may run: who comes second finds nothing.
struct ChallengeSweeper: ServiceLifecycle.Service {
    let editor: ZoneEditor
    let flags: FlagReader
    var interval = Duration.seconds(60)
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.sweep()
                // Cancelled by shutdown; the loop's condition ends it then.
                try? await Task.sleep(for: self.interval)
            }
        }
    }

    private func sweep() async {
        let flags = self.flags
        do {
            let count = try await self.editor.expireChallenges { account in
                flags.isOn(.writes, for: FlagSubject(account: account.id))
            }
            if count > 0 { self.logger.info("challenge records expired", metadata: ["count": "\(count)"]) }
        } catch {
            guard !Task.isCancelled else { return }
            self.logger.warning("cannot expire challenge records", metadata: ["error": "\(error)"])
        }
    }
}
